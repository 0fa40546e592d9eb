#!/usr/bin/env bash
# run.sh SMTPSPEC: hostile servers, broken files, full disks and Ctrl-C. Each must give a clear message and the documented
# exit status, in bounded time and memory, and nothing that the peer sent may reach the terminal raw.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
smtpspec=$(realpath "$1")
work=$(mktemp -d)
failed=0 tried=0
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

complain() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
    tail -c 3000 "$work/out" | cat -v
}

# expect NAME STATUS REGEX COMMAND...: the command ends within 60 s with one of the statuses ("1|3"), and says REGEX.
expect() {
    local name=$1 statuses=$2 words=$3 status=0
    shift 3
    tried=$((tried + 1))
    local begin=$SECONDS
    timeout 60 "$@" >"$work/out" 2>&1 || status=$?
    echo "$name: $((SECONDS - begin)) s"
    [[ "|$statuses|" == *"|$status|"* ]] || complain "$name: expected exit status $statuses, found $status"
    grep -qE -- "$words" "$work/out" || complain "$name: expected the words '$words'"
    ! grep -q 'Sanitizer\|runtime error' "$work/out" || complain "$name: a sanitizer reports"
    ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f-\x9f]' <(LC_ALL=C sed 's/\xe2[\x80-\xbf][\x80-\xbf]//g; s/\xc2[\xa0-\xbf]//g' "$work/out") ||
        complain "$name: control octets reached the terminal"
}

# against MODE STATUS REGEX: a few scenarios against a hostile server.
against() {
    rm -f "$work/port" # of the server before
    python3 "$here/server.py" "$1" >"$work/port" &
    server=$!
    for _ in $(seq 600); do [ ! -s "$work/port" ] || break; sleep 0.05; done
    expect "hostile server $1" "$2" "$3" "$smtpspec" test "smtp://127.0.0.1:$(<"$work/port")" --to alice@example.test \
        --timeout 500ms --jobs 4 --json "$work/results.json" 'order*' 'starttls*'
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/results.json" || complain "$1: the JSON report is broken"
    kill "$server"
    wait "$server" 2>/dev/null
    server=
    rm -f "$work/results.json"
}

expect "nobody there" 3 "[Cc]onnection refused" "$smtpspec" test smtp://127.0.0.1:1 --to alice@example.test 'order*'
expect "no such host" 3 "nowhere.invalid" "$smtpspec" test smtp://nowhere.invalid:25 --to alice@example.test 'order*'
against silent 3 "sent no greeting"
against junk "1|3" "reply"
against endless-line "1|3" "no line ends"
against endless-reply "1|3" "long|limit"
against closes "1|3" "closed"
against closes-greeting "1|3" "closed"
against tls-fails "1|3" "TLS|handshake"
against escapes "1|3" 'x1b'
against never-reads "1|3" "within"
against all-421 3 "421"

expect "ten mistakes in a file" 2 "mistakes.yaml:" "$smtpspec" check "$here/mistakes.yaml"
found=$(grep -c 'mistakes.yaml:[0-9]*:[0-9]*:' "$work/out")
[ "$found" -ge 10 ] || complain "ten mistakes in a file: expected ten messages with line and column, found $found"
expect "a test with that file" 2 "mistakes.yaml:" "$smtpspec" test "$here/mistakes.yaml"
expect "an empty selection" 2 "no-such-scenario" "$smtpspec" test no-such-scenario
expect "no such target file" 2 "missing.yaml" "$smtpspec" test ./missing.yaml
expect "an unknown option" 2 "jobs" "$smtpspec" test --jbos 3
expect "a full disk for the report" 3 "No space|/dev/full" "$smtpspec" test --json /dev/full 'order*'
expect "a report where none can be" 3 "No such file|/no/such" "$smtpspec" test --json /no/such/place.json 'order*'

# Ctrl-C: the report is complete for what was done.
tried=$((tried + 1))
(exec "$smtpspec" test --jobs 1 --rate 20 --json "$work/interrupted.json" >"$work/out" 2>&1) &
pid=$!
# Not before it minds the signal, which may take a while on a loaded machine.
for ((i = 0; i < 300; i++)); do
    caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$pid/status")
    (((0x${caught:-0} & 2) == 0)) || break
    sleep 0.1
done
sleep 2
kill -INT "$pid"
wait "$pid"
status=$?
[ "$status" = 130 ] || complain "Ctrl-C: expected exit status 130, found $status"
python3 - "$work/interrupted.json" <<'P' || complain "Ctrl-C: the report is not complete"
import json, sys
run = json.load(open(sys.argv[1]))
verdicts = [r["verdict"] for r in run["results"]]
assert run["summary"]["interrupted"] is True, "not marked as interrupted"
assert verdicts.count("pass") > 3, "nothing was done"
assert verdicts.count("skip") > 3, "what was not run is missing"
P

echo "$tried cases, $failed complaints"
[ "$failed" = 0 ]
