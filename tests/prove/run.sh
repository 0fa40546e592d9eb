#!/usr/bin/env bash
# scripts/prove itself: what counts as caught and proven, and what makes it fail. In the place of the program stands one
# that says what is needed for that.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# prove STATUS ARGUMENT...: what it prints goes to $work/out.
prove() {
    local expected=$1 status=0
    shift
    SMTPSPEC=$here/smtpspec python3 "$here/../../scripts/prove.py" --json "$work/json" --exceptions "$work/exceptions" "$@" \
        >"$work/out" 2>&1 || status=$?
    [ "$status" = "$expected" ] || { failed=1; echo "prove $*: expected status $expected, found $status"; cat "$work/out"; }
}
out() { grep -qF -- "$1" "$work/out" || { failed=1; echo "expected '$1', found:"; cat "$work/out"; }; }
not_out() { ! grep -qF -- "$1" "$work/out" || { failed=1; echo "expected no '$1', found:"; cat "$work/out"; }; }

: >"$work/exceptions"
prove 1
out "not caught: only-warns (other)"
out "not caught: slow-machine (other)"
not_out "not caught: warns"
not_out "not caught: out-of-step"
not_out "not caught: in-a-word"
out "not proven: a/three other"
not_out "not proven: a/one"
out "defects: 4 of 6"
out "scenarios of level MUST or security: 1 of 2"
out "seen to fail"

printf 'defects: {only-warns: x, slow-machine: x}\nscenarios: {a/three: x}\n' >"$work/exceptions"
prove 0
prove 0 --all
grep -q '"a/one/y@tls"' "$work/json" || { failed=1; echo "expected the result that nothing makes fail in the report"; }

printf 'defects: {only-warns: x, slow-machine: x, fails: x, nobody: x}\nscenarios: {a/three: x, a/one: x}\n' >"$work/exceptions"
prove 1
out "exception not needed: defect fails is caught"
out "exception not needed: defect nobody does not exist"
out "exception not needed: scenario a/one"

: >"$work/exceptions"
prove 0 fails
prove 1 only-warns
prove 2 no-such-defect
exit "$failed"
