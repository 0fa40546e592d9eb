#!/usr/bin/env bash
# run.sh PROGRAM [TEST...]: runs the tests of the command line (all test_*.sh here) and says which failed.
set -uo pipefail
[ $# -ge 1 ] || { echo "usage: $0 PROGRAM [TEST...]" >&2; exit 2; }
SMTPSPEC=$(realpath "$1")
export SMTPSPEC
shift
cd "$(dirname "$0")" || exit 1
tests=("$@")
[ $# -gt 0 ] || tests=(test_*.sh)
unset NO_COLOR
failed=()
for test in "${tests[@]}"; do
    bash "./$(basename "$test")" || failed+=("$test")
done
echo "${#tests[@]} tests of the command line, ${#failed[@]} failed${failed[*]:+: ${failed[*]}}"
[ ${#failed[@]} -eq 0 ]
