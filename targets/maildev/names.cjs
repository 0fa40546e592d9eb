'use strict'
// Loaded before MailDev, which has no options for these: its own name, and no look-up of its clients'.
require('node:os').hostname = () => 'mail.example.test'
require('node:dns').reverse = (address, done) => done(null, [])
