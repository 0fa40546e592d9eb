'use strict'
// The mailboxes of alice and bob, and alice's password. What else AUTH lets through goes nowhere.
const fs = require('node:fs')
const path = require('node:path')

const mailboxes = { alice: 'alice', bob: 'bob', postmaster: 'alice' }
let serial = 0

exports.register = function () {
    this.inherits('auth/auth_base')
    this.root = this.config.get('mailboxes').toString().trim()
}

// The client's name does not hang on the machine's own /etc/hosts.
exports.hook_lookup_rdns = (next) => next(OK, 'client.test')

exports.hook_capabilities = function (next, connection) {
    if (connection.tls.enabled) {
        const methods = ['PLAIN', 'LOGIN']
        connection.capabilities.push(`AUTH ${methods.join(' ')}`)
        connection.notes.allowed_auth_methods = methods
    }
    next()
}

exports.get_plain_passwd = (user, connection, done) => done(user === 'alice' ? 'secret' : null)

// "a\\b" is another spelling of ab (RFC 5321 section 4.1.2).
function unquoted(local) {
    return local.startsWith('"') ? local.slice(1, -1).replace(/\\(.)/g, '$1') : local
}

function mailbox_of(address) {
    const domain = (address.host || 'example.test').toLowerCase()
    return domain === 'example.test' ? mailboxes[unquoted(address.user || '').toLowerCase()] : undefined
}

exports.hook_rcpt = function (next, connection, params) {
    const address = params[0]
    const local = (address.host || 'example.test').toLowerCase() === 'example.test'
    if (local) return mailbox_of(address) ? next(OK) : next(DENY, 'no such mailbox')
    return connection.relaying ? next(OK) : next(DENY, 'no relaying')
}

// A file in tmp/, then linked into new/: a reader never sees half a message.
function deliver(plugin, next, connection) {
    const transaction = connection.transaction
    const users = transaction.rcpt_to.map(mailbox_of).filter((user) => user)
    const name = `${Date.now()}.${process.pid}_${serial++}.mail.example.test`
    const draft = path.join(plugin.root, 'alice/Maildir/tmp', name)
    const file = fs.createWriteStream(draft)
    let failed = false
    file.once('error', () => {
        failed = true
        fs.rmSync(draft, { force: true })
        next(DENYSOFT, 'the mailbox cannot be written')
    })
    file.once('close', () => {
        if (failed) return
        users.forEach((user, i) => fs.linkSync(draft, path.join(plugin.root, user, 'Maildir/new', `${i}.${name}`)))
        fs.unlinkSync(draft)
        next(OK)
    })
    // Final delivery: the reverse-path goes in front.
    file.write(`Return-Path: ${transaction.mail_from.format()}\r\n`)
    transaction.message_stream.pipe(file)
}

exports.hook_queue = function (next, connection) {
    deliver(this, next, connection)
}

exports.hook_queue_outbound = function (next, connection) {
    deliver(this, next, connection)
}
