#!/usr/bin/env bash
# fuzz.sh NAME: runs one libFuzzer target for $FUZZ_SECONDS from its seeds; a finding is printed and kept in $FUZZ_WORK.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
name=$1
work=${FUZZ_WORK:-/tmp}/fuzz-$name
mkdir -p "$work/new" || exit 1
seeds=()
[ ! -d "corpus/$name" ] || seeds=("corpus/$name")
if "build/fuzz/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -max_len=4096 -artifact_prefix="$work/" -dict=fuzz/smtp.dict "$work/new" "${seeds[@]}" >"$work/log" 2>&1; then
    awk -v name="$name" '/number_of_executed_units/ {n = $2} /average_exec_per_sec/ {e = $2}
        END {printf "fuzz_%-12s %d inputs, %d a second, no finding\n", name, n, e}' "$work/log"
else
    tail -60 "$work/log"
    for finding in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
        [ -f "$finding" ] && { echo "fuzz_$name: $finding"; xxd "$finding" | head -40; }
    done
    exit 1
fi
