"""An SMTP server whose replies are made to harm whoever shows them: markup, quotes, NUL, broken UTF-8, escape sequences,
what means something in TAP, YAML, XML and Markdown, and a line of 1 MiB. Prints its port; ends when killed."""
import itertools
import socket
import threading

NASTY = (
    b"<script>alert(1)</script><img src=x onerror=alert(2)>",
    b"]]> <![CDATA[ --> </system-out></testsuites> &lt; &amp;",
    b"\"quotes\" 'single' \\ back\\slash `tick` ``` fence",
    b"| a | cell | <details> [link](javascript:alert(3)) @everyone #1 https://evil.test/",
    b"\x1b]0;owned\x07\x1b[31mred\x1b[2J\x00NUL\x01\x7f",
    b"broken \xff\xfe\xc3\x28 \xe2\x80\xae overlong \xc0\xaf \xed\xa0\x80",
    b"not ok 99 - forged # TODO\rnot ok 100",
    b"# TODO # SKIP 1..3 --- ... key: [value",
    b"$(touch pwned) `touch pwned` ${recipient} %s%n",
)
TURN = itertools.count()


def nasty():
    return NASTY[next(TURN) % len(NASTY)]


def reply(code):
    number = next(TURN)
    if number % 40 == 39:
        return code + b" " + b"A<b>" * 262144 + b"\r\n"
    if number % 5 == 4:
        # A line of it stands alone, as if it were the next reply.
        return code + b"-" + nasty() + b"\r\n" + nasty() + b"\r\n"
    return code + b"-" + nasty() + b"\r\n" + code + b" " + nasty() + b"\r\n"


def serve(c):
    with c, c.makefile("rb") as lines:
        c.sendall(reply(b"220"))
        data = False
        for line in lines:
            verb = line[:4].upper()
            if data:
                data = line != b".\r\n"
                if not data:
                    c.sendall(reply(b"250"))
            elif verb == b"EHLO":
                c.sendall(b"250-<script>alert(4)</script>.test \x1b[31m\r\n250-SIZE <b>1</b>\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                data = True
                c.sendall(b"354 <b>go on</b>\r\n")
            elif verb == b"QUIT":
                c.sendall(reply(b"221"))
                return
            elif verb == b"VRFY":
                c.sendall(reply(b"999"))
            else:
                c.sendall(reply(b"250"))


def guarded(c):
    try:
        serve(c)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()
