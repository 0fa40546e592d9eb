"""odd_server.py PORT MODE: a small SMTP server on asyncio, with one oddity for each MODE. As many servers on asyncio do,
it drops what it was about to say when the client's FIN comes.

sound      none
smuggled   LF "." CRLF ends a message
seconds    dies a moment behind the first EXPN that it sees
sessions   dies with the fifth session that begins behind it"""
import asyncio
import os
import sys

LINE_MOST = 4096
STORE = 0.001  # seconds to store a message
mode = sys.argv[2]
LATER = 0.3  # seconds
SESSIONS = 5
sessions_left = []


def poison():
    if mode == "seconds":
        asyncio.get_running_loop().call_later(LATER, os._exit, 3)
    elif mode == "sessions" and not sessions_left:
        sessions_left.append(SESSIONS)


def session_begins():
    if sessions_left:
        sessions_left[0] -= 1
        if sessions_left[0] == 0:
            os._exit(3)


class Session(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer, self.queue = transport, b"", asyncio.Queue()
        self.step, self.data, self.over = 0, False, False
        session_begins()
        self.task = asyncio.get_running_loop().create_task(self.serve())

    def data_received(self, octets):
        self.queue.put_nowait(octets)

    def eof_received(self):
        self.task.cancel()

    def connection_lost(self, why):
        self.task.cancel()

    async def serve(self):
        self.transport.write(b"220 odd.test\r\n")
        while not self.over:
            self.buffer += await self.queue.get()
            while not self.over and await self.take():
                pass
        self.transport.close()

    def end_of_message(self):
        """Where it ends, and how many octets are used then."""
        whole = b"\r\n" + self.buffer
        ends = [whole.find(end) + len(end) for end in ([b"\n.\r\n"] if mode == "smuggled" else [b"\r\n.\r\n"]) if end in whole]
        return min(ends) - 2 if ends else None

    async def take(self):
        """One line, or a message; False: there is none yet."""
        if self.data:
            end = self.end_of_message()
            if end is None:
                return False
            self.buffer, self.data = self.buffer[end:], False
            await asyncio.sleep(STORE)
            self.transport.write(b"250 taken\r\n")
            return True
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end and len(self.buffer) > LINE_MOST:
            self.transport.write(b"500 line too long\r\n")
            self.over = True
        if not end:
            return False
        self.buffer = rest
        self.transport.write(self.answer(line.partition(b" ")[0].upper()))
        return True

    def answer(self, verb):
        """The reply to a command; `step` says how far the transaction is."""
        if verb == b"QUIT":
            self.over = True
            return b"221 bye\r\n"
        if verb in (b"EHLO", b"HELO", b"RSET"):
            self.step = 0
        elif verb in (b"MAIL", b"RCPT", b"DATA"):
            wanted, after = {b"MAIL": ([0], 1), b"RCPT": ([1, 2], 2), b"DATA": ([2], 0)}[verb]
            if self.step not in wanted:
                return b"503 not now\r\n"
            self.step, self.data = after, verb == b"DATA"
        elif verb == b"EXPN":
            poison()
            return b"252 nobody knows\r\n"
        elif verb != b"NOOP":
            return b"500 what?\r\n"
        return b"354 go on\r\n" if self.data else b"250 ok\r\n"


async def main():
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
