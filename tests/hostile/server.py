#!/usr/bin/env python3
"""A hostile SMTP server: server.py MODE. Listens on a free loopback port, prints the port, serves until it is killed.

What a peer sends is hostile by definition; each mode is one way in which a server can misbehave towards its client."""
import os
import socket
import sys
import threading
import time


def lines(conn):
    """The client's lines, until it closes."""
    buffered = b""
    while True:
        while b"\n" in buffered:
            line, buffered = buffered.split(b"\n", 1)
            yield line.strip()
        got = conn.recv(4096)
        if not got:
            return
        buffered += got


def flood(conn, octets):
    while True:
        conn.sendall(octets)


def silent(conn):
    time.sleep(600)


def junk(conn):
    conn.sendall(bytes(range(256)) * 16 + b"\r\n")
    for _ in lines(conn):
        conn.sendall(os.urandom(512) + b"\r\n")


def endless_line(conn):
    flood(conn, b"220 " + b"a" * 65536)


def endless_reply(conn):
    conn.sendall(b"220 hostile.test\r\n")
    for _ in lines(conn):
        flood(conn, b"250-again\r\n" * 1000)


def closes(conn):
    conn.sendall(b"220 hostile.test\r\n")
    for line in lines(conn):
        if not line.upper().startswith((b"EHLO", b"LHLO", b"HELO")):
            conn.sendall(b"250 2.1")
            return
        conn.sendall(b"250 hostile.test\r\n")


def closes_greeting(conn):
    conn.sendall(b"22")


def tls_fails(conn):
    conn.sendall(b"220 hostile.test\r\n")
    for line in lines(conn):
        verb = line[:8].upper()
        if verb.startswith(b"EHLO"):
            conn.sendall(b"250-hostile.test\r\n250 STARTTLS\r\n")
        elif verb == b"STARTTLS":
            conn.sendall(b"220 go ahead\r\n" + b"\x15\x03\x01\x00\x02\x02\x28")
            return
        elif verb.startswith(b"QUIT"):
            conn.sendall(b"221 bye\r\n")
            return
        else:
            conn.sendall(b"250 ok\r\n")


def escapes(conn):
    """Replies that would take over a terminal or a report, were they shown as they are."""
    conn.sendall(b"220 \x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\x00\xff\r\n")
    for line in lines(conn):
        code = b"221" if line.upper().startswith(b"QUIT") else b"250"
        conn.sendall(code + b" ]]>&\"'\x1b[31m\xc3\x28\x00\r\n")


def never_reads(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    conn.sendall(b"220 hostile.test\r\n")
    time.sleep(600)


def all_421(conn):
    conn.sendall(b"421 4.3.2 too busy\r\n")


MODES = {name.replace("_", "-"): value for name, value in list(globals().items())
         if callable(value) and name not in ("lines", "flood")}


def serve(conn, mode):
    try:
        MODES[mode](conn)
    except OSError:
        pass
    finally:
        conn.close()


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in MODES:
        sys.exit("usage: server.py " + "|".join(MODES))
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(conn, sys.argv[1]), daemon=True).start()


main()
