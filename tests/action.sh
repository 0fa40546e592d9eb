#!/usr/bin/env bash
# action.sh PROGRAM: the steps of action.yml, run here: a server that is launched and passes, then one with a defect.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
smtpspec=$(realpath "$1")
work=$(mktemp -d)
finish() {
    [ -z "${web:-}" ] || kill "$web" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"
failed=0
complain() { failed=1; echo "action: $*"; }

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >start <<S
#!/bin/sh
exec "$smtpspec" serve --listen 127.0.0.1:$port \$(cat "$work/defect")
S
chmod +x start
cat >target.yaml <<Y
name: A server in CI
endpoint: smtp://127.0.0.1:$port
launch: {start: "$work/start", ready-within: 60s}
facts: {recipient: alice@example.test, recipient2: bob@example.test, unknown: nobody@example.test}
Y

# action STATUS INPUT=VALUE...
action() {
    local expected=$1 status=0
    shift
    rm -f summary
    python3 "$here/action.py" "$work" target=target.yaml "arguments=relay* order* --max-blocked 100%" "$@" >out 2>err || status=$?
    [ "$status" = "$expected" ] || { complain "$*: expected status $expected, found $status"; tail -n 20 out err; }
}
has() { grep -qF -- "$2" "$1" || { complain "$1: expected '$2'"; head -20 "$1"; }; }

: >defect
action 0 "program=$smtpspec"
has out "output exit-status 0"
has out "uses actions/upload-artifact"
has summary "Exit status 0"
for file in results.json report.html junit.xml results.sarif summary.md; do [ -s "smtpspec-report/$file" ] || complain "no $file"; done
! grep -q codeql out || complain "SARIF is uploaded though nobody asked for it"

echo "--defect open-relay" >defect
action 1 "program=$smtpspec" upload-sarif=true report=elsewhere name=mine
has out "uses github/codeql-action/upload-sarif"
has out "'category': 'mine'"
has out "uses actions/upload-artifact@v6 {'name': 'mine', 'path': 'elsewhere'}"
has out "output exit-status 1"
has summary "### Failed"
has summary "relay/"
has elsewhere/results.sarif '"ruleId"'

# A baseline excuses it, a strict one only as long as it is true.
"$smtpspec" test target.yaml 'relay*' 'order*' --write-baseline known.yaml -q >/dev/null || true
action 0 "program=$smtpspec" baseline=known.yaml strict-baseline=true
: >defect
action 0 "program=$smtpspec" baseline=known.yaml
action 1 "program=$smtpspec" baseline=known.yaml strict-baseline=true
has summary "passes, take it out"

# Downloaded, and only what it should be.
mkdir web
cp "$smtpspec" web/
python3 -u -m http.server --bind 127.0.0.1 --directory web 0 >web.log 2>&1 &
web=$!
for _ in $(seq 600); do grep -q 'port [0-9]' web.log && break; sleep 0.05; done
address=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' web.log)/smtpspec
action 0 "program=$address" "program-sha256=$(sha256sum "$smtpspec" | cut -d' ' -f1)"
action 1 "program=$address" "program-sha256=$(printf %064d 0)"
has err "is something else"
! grep -q "uses " out || complain "reports of a run that never was are uploaded"
[ ! -e smtpspec-report/smtpspec ] || complain "what was not wanted is still there"

# A server that does not start is said to be the problem.
echo "--no-such-option" >defect
action 3 "program=$smtpspec"
[ "$failed" = 0 ] && echo "action.yml: every step does what it should"
exit "$failed"
