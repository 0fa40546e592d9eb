'use strict'
// smtp-server with its defaults, behind it the mailboxes of alice and bob: server.js STATE PORT TLS-PORT [few-connections]
// The library leaves trace fields to its user, so that it is here where a message gets them.
const fs = require('node:fs')
const path = require('node:path')
const { SMTPServer } = require('smtp-server')

const [state, port, tlsPort, limit] = process.argv.slice(2)
const mailboxes = { alice: 'alice', bob: 'bob', postmaster: 'alice' }
let serial = 0

function refuse(code, text) {
  const error = new Error(text)
  error.responseCode = code
  return error
}

// "a\\b" is another spelling of ab (RFC 5321 section 4.1.2).
function unquoted(local) {
  return local.startsWith('"') ? local.slice(1, -1).replace(/\\(.)/g, '$1') : local
}

// The local part of an address here, '' for one elsewhere.
function localPart(address) {
  const at = address.lastIndexOf('@')
  if (at < 0) return unquoted(address).toLowerCase()
  return address.slice(at + 1).toLowerCase() === 'example.test' ? unquoted(address.slice(0, at)).toLowerCase() : ''
}

function onAuth(auth, session, done) {
  if (auth.username === 'alice' && auth.password === 'secret') return done(null, { user: 'alice' })
  return done(new Error('wrong user or password'))
}

function onRcptTo(address, session, done) {
  const local = localPart(address.address)
  if (!local) return done(session.user ? null : refuse(550, 'no relaying'))
  return done(Object.hasOwn(mailboxes, local) ? null : refuse(550, 'no such mailbox'))
}

// The trace field of RFC 5321 section 4.4; the protocol's name is the library's, as RFC 3848 has it.
function received(session) {
  return `Received: from ${session.hostNameAppearsAs} ([${session.remoteAddress}])\r\n` +
    `\tby mail.example.test with ${session.transmissionType} id ${session.id};\r\n` +
    `\t${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
}

// A file in tmp/, then linked into new/: a reader never sees half a message.
function onData(stream, session, done) {
  const name = `${Date.now()}.${process.pid}_${serial++}.mail.example.test`
  const draft = path.join(state, 'mail/alice/Maildir/tmp', name)
  const file = fs.createWriteStream(draft)
  let failed = false
  file.once('error', () => {
    failed = true
    fs.rmSync(draft, { force: true })
    const putOff = () => done(refuse(451, 'the mailbox cannot be written'))
    if (stream.readableEnded) return putOff()
    // The rest of the message is still to be read, before the answer.
    stream.once('end', putOff)
    stream.unpipe(file)
    stream.resume()
  })
  file.once('close', () => {
    if (failed) return
    const users = session.envelope.rcptTo.map((address) => mailboxes[localPart(address.address)])
    if (!stream.sizeExceeded) {
      users.forEach((user, i) => {
        if (user) fs.linkSync(draft, path.join(state, 'mail', user, 'Maildir/new', `${i}.${name}`))
      })
    }
    fs.unlinkSync(draft)
    done(stream.sizeExceeded ? refuse(552, 'message too big') : null)
  })
  // Final delivery: the reverse-path goes in front.
  file.write(`Return-Path: <${session.envelope.mailFrom.address || ''}>\r\n${received(session)}`)
  stream.pipe(file)
}

for (const [listen, secure] of [
  [port, false],
  [tlsPort, true]
]) {
  const server = new SMTPServer({
    name: 'mail.example.test',
    secure,
    key: fs.readFileSync(path.join(state, 'key.pem')),
    cert: fs.readFileSync(path.join(state, 'cert.pem')),
    size: 1048576,
    authOptional: true,
    disableReverseLookup: true,
    maxClients: limit === 'few-connections' ? 5 : Infinity,
    onAuth,
    onRcptTo,
    onData
  })
  server.on('error', (error) => console.error(error.message))
  server.listen(Number(listen), '127.0.0.1')
}
