"""A server that misbehaves in the way its argument names; prints its port. Ends with its parent or when killed."""
import socket
import sys
import threading
import time

GREETING = b"220 odd.test ESMTP\r\n"
EHLO = b"250-odd.test\r\n250-STARTTLS\r\n250 HELP\r\n"


def answer(c, extra=None):
    """A small SMTP server that takes every message; `extra` may answer a verb in another way."""
    c.sendall(GREETING)
    buffered = b""
    data = False
    while True:
        piece = c.recv(4096)
        if not piece:
            return
        buffered += piece
        while b"\r\n" in buffered:
            line, buffered = buffered.split(b"\r\n", 1)
            verb = line[:4].upper()
            if data:
                if line == b".":
                    data = False
                    c.sendall(b"250 2.0.0 taken\r\n")
            elif extra and extra(c, verb):
                pass
            elif verb == b"EHLO":
                c.sendall(EHLO)
            elif verb == b"DATA":
                data = True
                c.sendall(b"354 go on\r\n")
            elif verb == b"QUIT":
                c.sendall(b"221 bye\r\n")
                return
            elif verb == b"STAR":
                c.sendall(b"220 go on\r\n")
                c.sendall(b"this is no TLS record at all\r\n")
            else:
                c.sendall(b"250 2.0.0 fine\r\n")


def silent(c):
    time.sleep(600)


def junk(c):
    c.sendall(bytes(range(256)) * 4 + b"\x1b]0;owned\x07\r\n" + b"\x1b[31mgarbage\r\n" * 20)
    answer(c)


def endless(piece):
    def serve(c):
        while True:
            c.sendall(piece)

    return serve


def closes_in_the_middle(c):
    def extra(c, verb):
        if verb == b"MAIL":
            c.sendall(b"250-half a re")
            c.close()
        return False

    answer(c, extra)


def refuses(reply, *verbs):
    def extra(c, verb):
        if verb in verbs:
            c.sendall(reply)
        return verb in verbs

    return lambda c: answer(c, extra)


COUNTS = {b"MAIL": 0, b"NOOP": 0}


def counted(c, verb, answered):
    if verb in COUNTS:
        COUNTS[verb] += 1
    reply = answered(verb)
    if reply:
        c.sendall(reply)
    return bool(reply)


def busy(c):
    """Takes mail from the sixth MAIL on."""

    def early(verb):
        return b"450 4.3.2 busy\r\n" if verb == b"MAIL" and COUNTS[verb] < 6 else None

    answer(c, lambda c, verb: counted(c, verb, early))


def wavers(c):
    """Refuses every fourth NOOP, so that one and its successor, at a session's end, rarely fare alike."""

    def every_fourth(verb):
        return b"500 5.5.1 not now\r\n" if verb == b"NOOP" and COUNTS[verb] % 4 == 0 else None

    answer(c, lambda c, verb: counted(c, verb, every_fourth))


def tells(c):
    """Prints each VRFY, so that a test knows how far a run is."""

    def told(c, verb):
        if verb == b"VRFY":
            print("VRFY", flush=True)
        return False

    answer(c, told)


def says(greeting, reply):
    """Greets so, and answers everything else so: no SMTP server, or one that takes no mail."""

    def serve(c):
        c.sendall(greeting)
        while c.recv(4096):
            c.sendall(reply)

    return serve


MODES = {
    "imap": says(b"* OK IMAP4rev1 ready\r\n", b"* BAD what\r\n"),
    "554": says(b"554 no mail service here\r\n", b"503 only QUIT\r\n"),
    "no-ehlo": says(b"220 odd.test\r\n", b"502 what\r\n"),
    "refuses-mail": refuses(b"550 5.7.1 not from you\r\n", b"RCPT"),
    "busy": busy,
    "tells": tells,
    "wavers": wavers,
    "silent": silent,
    "junk": junk,
    "endless-line": endless(b"220 " + b"a" * 65536),
    "endless-reply": endless(b"220-line\r\n" * 4096),
    "closes": closes_in_the_middle,
    "greylists": refuses(b"450 4.7.1 come back later\r\n", b"MAIL", b"RCPT"),
    "takes-everything": answer,
}


def serve(c, mode):
    try:
        MODES[mode](c)
    except OSError:
        pass
    finally:
        c.close()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection, sys.argv[1]), daemon=True).start()
