#!/usr/bin/env bash
# run.sh PROGRAM [TEST...]: makes pages with the program, looks at them in Chromium, and tries what they offer to copy.
#   run.sh PROGRAM                    all of it
#   run.sh PROGRAM report.test.mjs    one file of tests
# Needs chromium, node and nc: browser_install of scripts/lib.sh sees to them, and puts the packages of package.json into
# build/page.
set -uo pipefail
[ $# -ge 1 ] || { echo "usage: $0 PROGRAM [TEST...]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/lib.sh
. "$here/../../scripts/lib.sh"
smtpspec=$(realpath "$1")
shift
browser_install || exit 1

export PAGES
PAGES=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$PAGES"
}
trap finish EXIT
failed=0
complain() { failed=1; printf 'tests/page: %s\n' "$*"; }

# One run for each file, with the exit status that it must have.
run() {
    local expected=$1 status=0
    shift
    "$smtpspec" "$@" >"$PAGES/log" 2>&1 || status=$?
    [[ $expected == *"$status"* ]] || { complain "smtpspec $*: expected status $expected, found $status"; tail -5 "$PAGES/log"; }
}
# A part of the suite for most pages, and one page of all of it: a browser takes its time for those.
make_pages() {
    local part=('order*' 'smuggling*' 'bdat*' 'starttls*' 'data*' 'vrfy*' 'size*' 'auth*')
    local test=(test --quiet --timeout-scale 4)
    run 1 "${test[@]}" --defect accept-bare-lf-dot --html "$PAGES/whole.html"
    run 0 "${test[@]}" "${part[@]}" --html "$PAGES/good.html" --json "$PAGES/good.json"
    run 1 "${test[@]}" "${part[@]}" --defect accept-bare-lf-dot --html "$PAGES/bad.html" --json "$PAGES/bad.json"
    run 1 "${test[@]}" "${part[@]}" --defect rset-keeps-transaction --json "$PAGES/other.json"
    run 1 compare "$PAGES/good.json" "$PAGES/bad.json" -o "$PAGES/two.html"
    run 0 compare "$PAGES/good.json" "$PAGES/bad.json" "$PAGES/other.json" -o "$PAGES/three.html"
    run 1 "${test[@]}" "${part[@]}" --defect accept-bare-lf-dot --write-baseline "$PAGES/known.yaml"
    run 0 "${test[@]}" "${part[@]}" --defect accept-bare-lf-dot --baseline "$PAGES/known.yaml" --json "$PAGES/known.json"
    run 0 compare --brief "$PAGES/good.json" "$PAGES/known.json" "$PAGES/other.json" -o "$PAGES/brief.html"
    run 3 "${test[@]}" smtp://127.0.0.1:1 --to alice@example.test --html "$PAGES/nobody.html"
    # axe looks at each element of a page: these are small.
    run 1 "${test[@]}" --defect open-relay 'relay*' 'order*' --html "$PAGES/few.html" --json "$PAGES/few.json"
    run 0 "${test[@]}" 'relay*' 'order*' --html "$PAGES/clean.html" --json "$PAGES/clean.json"
    run 1 compare "$PAGES/clean.json" "$PAGES/few.json" -o "$PAGES/few-two.html"
    run 0 compare "$PAGES/clean.json" "$PAGES/few.json" "$PAGES/clean.json" -o "$PAGES/few-three.html"
}
# Every report of a server that tries to break out of it.
make_hostile() {
    local port selection=('order*' 'vrfy*' 'bdat*' 'replies*' 'ehlo*' 'smuggling/relay-made-end')
    python3 "$here/hostile_server.py" >"$PAGES/port" &
    server=$!
    for _ in $(seq 600); do
        port=$(head -1 "$PAGES/port")
        [ -z "$port" ] || break
        sleep 0.05
    done
    run 1 test "smtp://127.0.0.1:$port" --to alice@example.test --timeout 700ms --json "$PAGES/hostile.json" \
        --html "$PAGES/hostile.html" --junit "$PAGES/hostile.xml" --tap "$PAGES/hostile.tap" --md "$PAGES/hostile.md" \
        --sarif "$PAGES/hostile.sarif" "${selection[@]}"
    cp "$PAGES/log" "$PAGES/hostile.txt"
    run "0 1" compare "$PAGES/good.json" "$PAGES/hostile.json" "$PAGES/bad.json" -o "$PAGES/hostile-matrix.html"
    run "0 1" compare "$PAGES/good.json" "$PAGES/hostile.json" -o "$PAGES/hostile-matrix.md"
    run "0 1" compare "$PAGES/good.json" "$PAGES/hostile.json" -o "$PAGES/hostile-matrix.csv"
    run "0 1" compare "$PAGES/good.json" "$PAGES/hostile.json" -o "$PAGES/hostile-matrix.json"
    python3 "$here/forge.py" "$PAGES/bad.json" "$PAGES/forged.json" || complain "forge.py failed"
    run 0 report html "$PAGES/forged.json" -o "$PAGES/forged.html"
    ! grep -q 'root:x:' "$PAGES/forged.html" || complain "a file that forged results name is on the page"
}

cd "$here" || exit 1
tests=("$@")
[ $# -gt 0 ] || tests=(report.test.mjs compare.test.mjs hostile.test.mjs)
make_pages
make_hostile
cp ./*.mjs "$root/build/page/" || exit 1
(cd "$root/build/page" && node --test "${tests[@]}") || failed=1
if [ $# -eq 0 ]; then
    python3 hostile_reports.py "$PAGES"/hostile*.{json,sarif,xml,tap,md,txt,csv} "$PAGES/hostile.html" || failed=1
    python3 reproduce.py "$smtpspec" || failed=1
fi
exit "$failed"
