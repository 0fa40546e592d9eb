#!/usr/bin/env bash
# coverage.sh PROGRAM: edge coverage by fuzz/coverage.c. A server that clang or gcc built, one process or several, is led
# through inputs that all get the same replies: those that reach new edges are kept, and a crash of any process is found.
set -uo pipefail
smtpspec=$(realpath "$1")
top=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
complain() { failed=1; echo "coverage: $*"; }

mkdir seeds all
printf 'EHLO t\r\nNOOP xyz\r\nQUIT\r\n' >seeds/1
printf 'EHLO t\r\nNOOP sxy\r\nQUIT\r\n' >seeds/2
printf 'EHLO t\r\nNOOP sex\r\nQUIT\r\n' >seeds/3
cp seeds/* all
printf 'EHLO t\r\nNOOP sec\r\nQUIT\r\n' >all/4

port=$((20000 + $$ % 10000))
# fuzz STATUS NAME ARGUMENT...: what it says last is in $work/last.
fuzz() {
    local expected=$1 status=0
    "$smtpspec" fuzz target.yaml --findings "$2" --seed 1 --json --timeout 60s "${@:3}" >out 2>errors || status=$?
    tail -n 1 out >last
    [ "$status" = "$expected" ] || { complain "$2: expected status $expected, found $status"; cat errors; }
}
number() { grep -o "\"$1\":[0-9]*" last | head -1 | cut -d: -f2; }

for compiler in "clang trace-pc-guard" "gcc trace-pc"; do
    read -r cc kind <<<"$compiler"
    "$cc" -g -O1 -fsanitize=address "-fsanitize-coverage=$kind" "$top/tests/campaign/coverage/server.c" "$top/fuzz/coverage.c" \
        -o "server-$cc" || { complain "$cc could not build the server"; continue; }
    for mode in fork split; do
        name=$cc-$mode
        port=$((port + 1))
        printf 'endpoint: smtp://127.0.0.1:%d\nlaunch: {start: "exec %s/server-%s %s %d", ready-within: 60s}\n' \
            "$port" "$work" "$cc" "$mode" "$port" >target.yaml
        fuzz 0 "$name" --coverage --seeds seeds --runs 3
        [ "$(number corpus)" = 3 ] || complain "$name: of three inputs with edges of their own $(number corpus) were kept"
        [ "$(number edges)" -gt 10 ] || complain "$name: $(number edges) edges"
        fuzz 0 "$name-blind" --no-coverage --seeds seeds --runs 3
        [ "$(number corpus)" = 1 ] || complain "$name: without coverage $(number corpus) of three equal conversations were kept"
        fuzz 1 "$name-crash" --coverage --seeds all --runs 4
        compgen -G "$name-crash/crash-*" >/dev/null || complain "$name: the crash was not found"
    done
done

# A server without the runtime has no coverage, and that is said.
gcc -O1 "$top/tests/campaign/coverage/server.c" -o server-bare
printf 'endpoint: smtp://127.0.0.1:%d\nlaunch: {start: "exec %s/server-bare fork %d", ready-within: 60s}\n' \
    "$port" "$work" "$port" >target.yaml
fuzz 3 none --coverage --runs 3
grep -q "no trace of it" errors || complain "no word about the missing coverage: $(cat errors)"
exit "$failed"
