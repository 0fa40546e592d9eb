#!/usr/bin/env python3
"""A server that tries to break out of every report: its replies hold markup, quotes, NUL, broken UTF-8, terminal escapes,
lines of a MiB. Listens on a free loopback port, prints the port, serves until it is killed."""
import itertools
import socket
import threading

PAYLOADS = [
    b"<script>window.owned=1</script><img src=x onerror=window.owned=1>",
    b"\"' onmouseover=window.owned=1 x='\" `id` $(id) %s %n {{script:report.js}}",
    b"</script><script>window.owned=1</script></pre></details></ol><!-- ]]> -->",
    b"\x00\x01\x02NUL\x00 \x7f\x80\xff\xfe\xc3( \xed\xa0\x80 \xf0\x9f\x98 broken",
    b"\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m\x9b31m \r\rcarriage\x08\x08",
    b"\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf bidi \xf0\x9f\x92\xa9",
    b"[a](javascript:window.owned=1) ![x](//evil.test/x) @everyone #1 | a | `code` ``` *b* http://evil.test",
    b"=cmd|'/c calc'!A0 ## [error] ::error::owned ##teamcity[x]",
    b"a" * (1 << 20),
]


def serve(conn):
    payloads = itertools.cycle(PAYLOADS)
    stream = conn.makefile("rb")
    try:
        conn.sendall(b"220 hostile.test " + PAYLOADS[0] + PAYLOADS[4] + b"\r\n")
        content = False
        for line in stream:
            verb = line[:4].upper()
            if content:
                content = line != b".\r\n"
                if not content:
                    conn.sendall(b"250 2.0.0 " + next(payloads) + b"\r\n")
            elif verb in (b"EHLO", b"LHLO"):
                conn.sendall(b"250-hostile.test\r\n250-X<script>window.owned=1</script>\r\n250-PIPELINING\r\n"
                             b"250-SIZE \"><img/src=x/onerror=window.owned=1>\r\n250 CHUNKING\r\n")
            elif verb == b"DATA":
                content = True
                conn.sendall(b"354 " + PAYLOADS[2] + b"\r\n")
            elif verb == b"QUIT":
                conn.sendall(b"221 " + PAYLOADS[1] + b"\r\n")
                break
            else:
                conn.sendall(b"250 2.1.0 " + next(payloads) + b"\r\n")
    except OSError:
        pass
    finally:
        conn.close()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
