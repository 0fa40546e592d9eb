#!/usr/bin/env bash
# afl.sh BUILD_DIR: runs afl-fuzz with libsmtpspec-afl.so on a toy server and looks whether it is used as AFL++ means it:
# mutants are named after the operators, inputs are trimmed, and a crash that takes two commands is found; and it goes on for
# thousands of mutants of seeds that are short, empty of commands or crossed to nothing.
set -euo pipefail
library=$(realpath "$1/libsmtpspec-afl.so")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
AFL_QUIET=1 afl-clang-fast -O1 -o "$work/toy" afl/toy.c
mkdir "$work/in"
printf 'EHLO client.test\r\nNOOP\r\nNOOP\r\nMAIL FROM:<carol@client.test>\r\nRCPT TO:<alice@example.test>\r\nQUIT\r\n' >"$work/in/seed"
# afl-fuzz does not start with sanitizer options that are not its own.
afl() { # afl SECONDS OPTION...
    local most=$1
    shift
    env -u ASAN_OPTIONS -u UBSAN_OPTIONS AFL_CUSTOM_MUTATOR_LIBRARY="$library" AFL_CUSTOM_MUTATOR_ONLY=1 AFL_NO_UI=1 \
        AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 timeout "$most" afl-fuzz -s 1 "$@"
}
AFL_BENCH_UNTIL_CRASH=1 afl 90 -V 60 -i "$work/in" -o "$work/out" -- "$work/toy" >"$work/log" 2>&1 || true
crash=$(find "$work/out" -path '*/crashes/id*' | head -1)
[ -n "$crash" ] || { tail -30 "$work/log"; echo "afl-fuzz found no crash"; exit 1; }
grep -aq 'BDAT 0' "$crash" || { echo "the crash is another one"; xxd "$crash"; exit 1; }
# The names in the queue end with what the mutator did: "...,op:insert-command" and the like.
find "$work/out/default" -name 'id*' | grep -Eq '(insert|replace|jump|splice|bdat|token|chunk|swap|move|double|transaction)' ||
    { find "$work/out/default" -name 'id*' | head; echo "no operator in the names of the queue"; exit 1; }
grep -q 'Custom mutator' "$work/log" || { head -40 "$work/log"; echo "the custom mutator was not loaded"; exit 1; }
printf 'afl-fuzz found the crash: %s\n' "$(basename "$crash")"

mkdir "$work/short"
printf '\n' >"$work/short/blank"
printf '#!close\n' >"$work/short/close"
printf 'QUIT\r\n' >"$work/short/quit"
afl 120 -E 5000 -i "$work/short" -o "$work/long" -- "$work/toy" >"$work/log" 2>&1 ||
    { tail -5 "$work/log"; echo "afl-fuzz did not go on"; exit 1; }
done=$(sed -n 's/^execs_done *: //p' "$work/long/default/fuzzer_stats")
[ "$done" -ge 5000 ] || { echo "afl-fuzz ended after $done executions"; exit 1; }
printf 'afl-fuzz went on for %s executions\n' "$done"
