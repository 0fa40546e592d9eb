#!/usr/bin/env bash
# fuzz.sh NAME: runs one libFuzzer target from its seeds; a finding is printed and kept in $FUZZ_WORK.
# With $FUZZ_SECONDS for so long and by chance. Without, as a regression test: the seed of chance and the number of inputs
# are fixed, so that what passes once passes always on the same sources; about half a minute on a free core.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
name=$1
work=${FUZZ_WORK:-/tmp}/fuzz-$name
mkdir -p "$work" || exit 1
options=(-timeout=60 -rss_limit_mb=2048 -print_final_stats=1 -max_len=4096 -artifact_prefix="$work/" -dict=fuzz/smtp.dict)
[ "$name" != session ] || options+=(-use_counters=0)

fixed=()

runs_of() {
    case $1 in
    command) echo 4000000 ;;
    path) echo 2000000 ;;
    sasl) echo 450000 ;;
    reply) echo 350000 ;;
    target_file) echo 300000 ;;
    scenario) echo 80000 ;;
    *) echo 400000 ;;
    esac
}

if [ -n "${FUZZ_SECONDS:-}" ]; then
    mkdir -p "$work/new"
    options+=(-max_total_time="$FUZZ_SECONDS" "$work/new")
    for seeds in "corpus/$name" "corpus/found/$name"; do
        [ ! -d "$seeds" ] || options+=("$seeds")
    done
else
    # Seeds in the order of their names, not of the folder; nothing written that could be read again; addresses the same each
    # time where that is allowed, and no tables of what was compared, whose order depends on them.
    ! setarch -R true 2>/dev/null || fixed=(setarch -R)
    options+=(-seed=1 -runs="$(runs_of "$name")" -reload=0 -use_cmp=0)
    find "corpus/$name" "corpus/found/$name" -type f 2>/dev/null | LC_ALL=C sort | paste -sd, >"$work/seeds"
    [ ! -s "$work/seeds" ] || options+=(-seed_inputs="@$work/seeds")
fi
if "${fixed[@]}" "build/fuzz/fuzz_$name" "${options[@]}" >"$work/log" 2>&1; then
    awk -v name="$name" '/number_of_executed_units/ {n = $2} /average_exec_per_sec/ {e = $2}
        END {printf "fuzz_%-12s %d inputs, %d a second, no finding\n", name, n, e}' "$work/log"
else
    tail -60 "$work/log"
    for finding in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
        [ -f "$finding" ] && { echo "fuzz_$name: $finding"; xxd "$finding" | head -40; }
    done
    exit 1
fi
