#!/usr/bin/env bash
# servers.sh PROGRAM: campaigns against small odd servers, which are started by the campaign: what only some kinds of
# servers do is found there, and its scenario fails against the odd server and passes against the same one made right.
set -uo pipefail
shopt -s extglob
smtpspec=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mkdir "$work/tmp"
export TMPDIR=$work/tmp
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
complain() { failed=1; echo "odd servers: $*"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# target FILE COMMAND...: a target whose server the command starts; PORT in it is a free one.
target() {
    local file=$1 port
    shift
    port=$(free_port)
    cat >"$file" <<YAML
name: odd
endpoint: smtp://127.0.0.1:$port
launch: {start: "exec ${*//PORT/$port}"}
facts: {recipient: alice@example.test}
YAML
}

# found NAME PATTERN RUNS: in odd.yaml, by one of three seeds (a machine so busy that replies come late may spoil
# one); sound.yaml is the same server made right, where the scenario passes.
found() {
    local name=$1 pattern=$2 runs=$3 seed id=""
    for seed in 1 2 3; do
        rm -rf "$name"
        "$smtpspec" fuzz odd.yaml --findings "$name" --seed "$seed" --runs "$runs" --max-findings 1 --quiet \
            >"$name.log" 2>&1 </dev/null
        for id in "$name"/$pattern; do
            [ -d "$id" ] && break 2
        done
        id=""
    done
    [ -n "$id" ] || { complain "$name: no finding like $pattern"; tail -5 "$name.log"; return; }
    [ "$(wc -c <"$id/smallest.smtp")" -le 100 ] || complain "$name: not made small: $(wc -c "$id/smallest.smtp")"
    "$smtpspec" test odd.yaml --timeout-scale 4 -q "$id" >out 2>&1 && { complain "$name: its scenario does not fail"; cat out "$id/scenario.yaml"; }
    "$smtpspec" test sound.yaml --timeout-scale 4 -q "$id" >out 2>&1 ||
        { complain "$name: its scenario fails against a sound server"; cat out; }
}

# A server on asyncio drops at our FIN what it was about to say.
target odd.yaml "python3 $here/odd_server.py PORT smuggled"
target sound.yaml "python3 $here/odd_server.py PORT sound"
"$smtpspec" fuzz sound.yaml --seed 1 --runs 300 --quiet --findings sound >out 2>&1 </dev/null ||
    { complain "the sound server has findings"; cat out; }
found smuggled 'desync-message-*' 1500

# One that goes into the background, and whose stop waits until its process is no more: what was left to us is waited for.
port=$(free_port)
cat >start <<SH
#!/bin/sh
[ -f pid ] && kill -0 "\$(cat pid)" 2>/dev/null && exit
setsid python3 $here/odd_server.py $port smuggled &
echo \$! >pid
SH
cat >stop <<'SH'
#!/bin/sh
kill -KILL "$(cat pid)"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 "$(cat pid)" 2>/dev/null || exit 0
    sleep 0.1
done
exit 1
SH
chmod +x start stop
cat >odd.yaml <<YAML
name: odd
endpoint: smtp://127.0.0.1:$port
launch: {start: ./start, stop: ./stop}
facts: {recipient: alice@example.test}
YAML
found background 'desync-message-*' 1500

# A server that dies a while after what killed it, of which neither the session then nor those right before it are.
for mode in seconds sessions; do
    target odd.yaml "python3 $here/odd_server.py PORT $mode"
    found "$mode" 'died-*' 1000
    grep -qi '^EXPN' "$mode"/died-*/smallest.smtp || complain "$mode: the wrong session was blamed"
    grep -q '^| dies | not at once' "$mode"/died-*/summary.md || complain "$mode: its summary does not say that it dies late"
done
exit "$failed"
