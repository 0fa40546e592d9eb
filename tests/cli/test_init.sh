#!/usr/bin/env bash
# init: a target file that check and test take, from options alone and from answers on a terminal.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$smtpspec" serve --listen "127.0.0.1:$port" --user 'alice:sec"ret' >/dev/null 2>&1 &
pids+=($!)
for _ in $(seq 600); do "$smtpspec" probe "smtp://127.0.0.1:$port" >/dev/null 2>&1 && break; sleep 0.05; done
cd "$work" || exit 1

run 0 init "smtp://127.0.0.1:$port" --to alice@example.test --to2 bob@example.test --unknown nobody@example.test --user alice --password 'sec"ret' \
    --mailbox 'alice@example.test=maildir:a b/: #Maildir' --settle 3s -o full.yaml
out "smtpspec test full.yaml"
grep -q '^# *greeting *220 ' full.yaml || complain "full.yaml does not say what the server said"
run 0 check full.yaml
run 0 test full.yaml 'noop*'
python3 - full.yaml "$port" <<'P' || complain "full.yaml does not say what the options said"
import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
assert d["endpoint"] == "smtp://127.0.0.1:" + sys.argv[2]
assert d["facts"] == {"recipient": "alice@example.test", "recipient2": "bob@example.test", "unknown": "nobody@example.test",
                      "credentials": {"user": "alice", "password": 'sec"ret'}}
assert d["mailboxes"] == {"alice@example.test": {"maildir": "a b/: #Maildir"}, "settle": "3000ms"}
P
run 2 init "smtp://127.0.0.1:$port" -o full.yaml
err "is there already"
run 0 init "smtp://127.0.0.1:$port" -o full.yaml --force
run 0 check full.yaml
run 0 init "smtp://127.0.0.1:$port" -o - --offline
out "The server was not asked."
run 2 init
err "expected an address"
run 2 init "smtp://127.0.0.1:$port" --to nobody -o x.yaml
run 3 init smtp://127.0.0.1:1 -o x.yaml
err "--offline"
[ ! -e x.yaml ] || complain "a file was written though nobody answered"

# On a terminal it asks, and asks again for what cannot be.
python3 - "$smtpspec" "$port" >"$work/asked" 2>&1 <<'P' || complain "init on a terminal: $(tail -n 3 "$work/asked")"
import os, pty, sys
answers = ((b"listen?", "smtp://127.0.0.1:" + sys.argv[2]), (b"accepts mail", "no address"), (b"accepts mail", "alice@example.test"),
           (b"Another", ""), (b"not exist", "nobody@example.test"), (b"log in as", "alice"), (b"password", 'sec"ret'), (b"Maildir", ""))
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "init", "-o", "asked.yaml"])
seen = b""
for question, answer in answers:
    while question not in seen or b": " not in seen[seen.index(question):]:
        seen += os.read(terminal, 4096)
    seen = seen[seen.index(question) + len(question):]
    os.write(terminal, answer.encode() + b"\n")
try:
    while os.read(terminal, 4096):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
P
run 0 check asked.yaml
grep -q '^  recipient: alice@example.test' asked.yaml || complain "asked.yaml does not have the answer"
grep -q '^  # recipient2:' asked.yaml || complain "asked.yaml has what nobody answered"
grep -q '^  credentials: {user: alice, password: "sec\\"ret"}' asked.yaml || complain "asked.yaml does not have the credentials"
