"""What zsh offers: completion_zsh.py FOLDER LINE. Runs zsh on a terminal of its own, types LINE and asks for a list; zsh
itself says what it would show, one a line, through compadd."""
import os
import pty
import select
import sys
import tempfile
import time

folder, line = sys.argv[1:]
listed = tempfile.NamedTemporaryFile(mode="r", suffix=".offered")
setup = f"""
unsetopt beep prompt_sp; PS1='ready> '; fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' matcher-list ''
compadd() {{
    local -a found; builtin compadd -O found "$@"; print -rl -- $found >>{listed.name}; builtin compadd "$@"
}}
zle-line-init() {{ print -r -- set''up; }}; zle -N zle-line-init
"""
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("zsh", ["zsh", "-f", "-i"])


def until(text, seconds=60):
    seen = b""
    deadline = time.time() + seconds
    while text not in seen and time.time() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
    return seen


os.write(terminal, setup.encode())
# Only then the terminal is in zsh's hands, and no key is the terminal's own.
until(b"setup\r")
os.write(terminal, line.encode() + b"\t\t")
# The line is done away with only after what was offered; what zsh then says is the end, however slow the machine is.
os.write(terminal, b"\x15print -r -- off''ered\r")
until(b"offered\r\n")
sys.stdout.write("".join(sorted(set(listed.readlines()))))
os.write(terminal, b"\x03\x04")
os.close(terminal)
os.waitpid(pid, 0)
