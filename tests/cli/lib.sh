# Shared by the tests of the command line: sourced, not run. $smtpspec is the program, $work a folder for this test.
# shellcheck shell=bash

set -u
# shellcheck disable=SC2153,SC2154  # run.sh exports it
smtpspec=$SMTPSPEC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
# What the program leaves behind shows here.
mkdir "$work/tmp"
export TMPDIR=$work/tmp
failed=0
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null
    done
    [ -z "$(ls "$TMPDIR")" ] || { failed=1; echo "$(basename "$0"): left behind in TMPDIR: $(ls "$TMPDIR")"; }
    rm -rf "$work"
    exit "$failed"
}
trap finish EXIT

complain() {
    failed=1
    printf '%s:%s: %s\n' "$(basename "$0")" "${BASH_LINENO[1]}" "$1"
}

# run STATUS ARGUMENT...: runs the program, which must end with that status (a pattern); what it prints is in $work/out and $work/err.
run() {
    local expected=$1 status=0
    shift
    "$smtpspec" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    # shellcheck disable=SC2053  # a pattern
    [[ $status == $expected ]] || {
        complain "smtpspec $*: expected status $expected, found $status"
        sed 's/^/    /' "$work/err" "$work/out" | head -30
    }
}
# out TEXT, err TEXT: that text stands in what the last run printed.
out() { grep -qF -- "$1" "$work/out" || { complain "standard output: expected '$1', found:"; sed 's/^/    /' "$work/out" | head -20; }; }
err() { grep -qF -- "$1" "$work/err" || { complain "standard error: expected '$1', found:"; sed 's/^/    /' "$work/err" | head -20; }; }
not_out() { ! grep -qF -- "$1" "$work/out" || complain "standard output: expected no '$1'"; }
# json EXPRESSION: true of the JSON in $work/json ("d").
json() {
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$work/json" "$1" ||
        complain "the JSON report: expected $1"
}

# odd_server MODE: starts a server that misbehaves; its port is in $port, what it prints in the file $told, one for each
# server: in a common one the port of the last server would still stand for a moment.
odd_server() {
    told=$(mktemp "$work/told.XXXXXX")
    python3 "$here/odd_server.py" "$1" >"$told" &
    pids+=($!)
    port=
    for _ in $(seq 600); do
        port=$(head -1 "$told")
        [ -z "$port" ] || return 0
        sleep 0.05
    done
    complain "the server '$1' did not start"
}
