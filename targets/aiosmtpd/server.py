"""aiosmtpd with its defaults, behind it the mailboxes of alice and bob: server.py STATE PORT TLS-PORT [clear-auth]

The library leaves trace fields to its handler, so that it is here where a message gets them."""
import asyncio
import email.utils
import itertools
import os
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

state, port, tls_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
clear_auth = "clear-auth" in sys.argv[4:]
mailboxes = {"alice": "alice", "bob": "bob", "postmaster": "alice"}
serial = itertools.count()


def deliver(user, octets):
    """A file in tmp/, then renamed into new/: a reader never sees half a message."""
    maildir = os.path.join(state, "mail", user, "Maildir")
    name = f"{time.time_ns()}.{os.getpid()}_{next(serial)}.mail.example.test"
    with open(os.path.join(maildir, "tmp", name), "wb") as file:
        file.write(octets)
    os.rename(os.path.join(maildir, "tmp", name), os.path.join(maildir, "new", name))


def received(server, session):
    """The trace field of RFC 5321 section 4.4, with the protocol's name from RFC 3848."""
    protocol = "SMTP"
    if session.extended_smtp:
        protocol = "ESMTP" + "S" * (session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None)
        protocol += "A" * bool(session.authenticated)
    return (f"Received: from {session.host_name} ([{session.peer[0]}])\r\n"
            f"\tby {server.hostname} with {protocol} id {time.time_ns():x};\r\n"
            f"\t{email.utils.formatdate()}\r\n")


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local, _, domain = address.rpartition("@")
        if not local and domain.lower() == "postmaster":
            local, domain = domain, "example.test"
        if domain.lower() == "example.test":
            if local.lower() not in mailboxes:
                return "550 5.1.1 no such mailbox"
        elif not session.authenticated:
            return "550 5.7.1 no relaying"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        # Final delivery: the reverse-path goes in front.
        sender = (envelope.mail_from or "").removeprefix("<").removesuffix(">")
        trace = f"Return-Path: <{sender}>\r\n{received(server, session)}"
        octets = trace.encode("utf-8", "surrogateescape") + envelope.original_content
        for address in envelope.rcpt_tos:
            local = address.rpartition("@")[0] or address
            if local.lower() in mailboxes:
                deliver(mailboxes[local.lower()], octets)
        return "250 2.0.0 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"alice" and data.password == b"secret"
    return AuthResult(success=good, handled=False)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{state}/cert.pem", f"{state}/key.pem")
    loop = asyncio.get_running_loop()

    def server(**options):
        return SMTP(Handler(), data_size_limit=1048576, enable_SMTPUTF8=True, hostname="mail.example.test",
                    authenticator=authenticate, loop=loop, **options)

    await loop.create_server(lambda: server(tls_context=context, auth_require_tls=not clear_auth), "127.0.0.1", port)
    # It does not know that such a connection is under TLS, and would not offer AUTH.
    await loop.create_server(lambda: server(auth_require_tls=False), "127.0.0.1", tls_port, ssl=context)
    await asyncio.Event().wait()


asyncio.run(main())
