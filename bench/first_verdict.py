"""first_verdict.py ROUNDS SMTPSPEC ARGUMENT...: the median of the milliseconds from the start of the program to its first
verdict, as somebody at a terminal sees it in the line of progress. The run is then interrupted."""
import os
import pty
import re
import signal
import statistics
import subprocess
import sys
import time


def measure(command):
    ours, theirs = pty.openpty()
    begin = time.perf_counter()
    program = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    seen = b""
    while not re.search(rb"(?<![0-9])[1-9][0-9]* of [0-9]+ done", seen):
        seen += os.read(ours, 4096)
    took = time.perf_counter() - begin
    program.send_signal(signal.SIGINT)
    try:
        while os.read(ours, 4096):
            pass
    except OSError:  # how Linux says that the other side is closed
        pass
    program.wait()
    os.close(ours)
    return took * 1000


print("%.1f" % statistics.median(measure(sys.argv[2:]) for _ in range(int(sys.argv[1]))))
