"""line_keeper.py PORT keep|discard: an SMTP server of a few lines that answers 250 to all and never limits a line. It
keeps what came of it, or throws it away; from outside only its memory tells which."""
import socketserver
import sys

keeps = sys.argv[2] == "keep"


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        line = bytearray()
        self.request.sendall(b"220 line.test\r\n")
        while octets := self.request.recv(65536):
            for piece in octets.splitlines(keepends=True):
                if keeps or len(line) < 1000:
                    line += piece
                if piece.endswith(b"\n"):
                    self.answer(bytes(line[:4]))
                    line.clear()

    def answer(self, verb):
        self.request.sendall(b"221 bye\r\n" if verb.upper() == b"QUIT" else b"250 ok\r\n")
        if verb.upper() == b"QUIT":
            self.request.close()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
