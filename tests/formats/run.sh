#!/usr/bin/env bash
# run.sh PROGRAM [MODULES]: reports of runs against the reference server, a wrong one and a hostile one, each read by
# other people's validators. MODULES (build/formats) is where those from npm are installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
smtpspec=$(realpath "$1")
modules=$(realpath -m "${2:-$here/../../build/formats}")
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

mkdir -p "$modules"
if ! cmp -s "$here/package.json" "$modules/package.json"; then
    cp "$here/package.json" "$modules/wanted.json"
    (cd "$modules" && cp wanted.json package.json &&
        npm install --ignore-scripts --legacy-peer-deps --no-package-lock --no-audit --no-fund --loglevel=error >&2) ||
        { rm -f "$modules/package.json"; exit 1; }
    # What the package's own script would do.
    chmod u+x "$modules/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
fi

failed=0
# GitHub's schema of actions takes ours, and not one that is wrong.
validator=$modules/node_modules/@action-validator/cli/cli.mjs
node "$validator" "$here/../../action.yml" || failed=1
sed 's/using: composite/using: something/' "$here/../../action.yml" >"$work/action.yml"
! node "$validator" "$work/action.yml" >/dev/null 2>&1 || { echo "the validator of actions takes what is wrong"; failed=1; }

# What an editor makes of our schemas.
mkdir "$work/editor"
for language in scenario target; do "$smtpspec" check --schema "$language" >"$work/editor/$language.schema.json"; done
timeout 60 /usr/bin/python3 "$here/editor.py" "$modules/node_modules/yaml-language-server/bin/yaml-language-server" "$work/editor" || failed=1

# judge NAME STATUS ARGUMENT...: a run that must end with that status, and its reports.
judge() {
    local name=$1 expected=$2 status=0 to=$work/$1
    shift 2
    mkdir "$to"
    (cd "$work" && "$smtpspec" test "$@" --no-color --json "$to/json" --junit "$to/junit" --sarif "$to/sarif" --md "$to/md" --tap "$to/tap" >"$to/txt") ||
        status=$?
    [ "$status" = "$expected" ] || { echo "$name: expected exit status $expected, found $status"; tail -5 "$to/txt"; failed=1; }
    printf '%-10s ' "$name"
    /usr/bin/python3 "$here/judge.py" "$to" "$modules/node_modules" "$here/../../reports/results.schema.json" || failed=1
}

cat >"$work/mine.yaml" <<'Y'
suite: mine
title: One of each
scenarios:
  - {id: right, title: "<b>right</b> | \"&\" #1 `x`", level: MUST, reference: "rule <1>", steps: [{send: NOOP, expect: 250}]}
  - {id: wrong, title: wrong, level: MUST, reference: rule 2, steps: [{send: NOOP, expect: 5xx}]}
  - {id: known, title: known, level: security, reference: rule 3, steps: [{send: NOOP, expect: 5xx}]}
  - {id: advice, title: advice, level: SHOULD, reference: rule 4, steps: [{send: NOOP, expect: 252}]}
  - {id: premise, title: premise, level: MUST, reference: rule 5, steps: [{send: NOOP, assume: 5xx}, {send: NOOP, expect: 250}]}
  - {id: offered, title: offered, level: MUST, reference: rule 6, needs: [XNOWHERE], steps: [{send: NOOP, expect: 250}]}
Y
printf -- '- {id: mine/known, reason: "<ticket> | #12", until: 2999-12-31}\n- {id: "mine/ri*", reason: passes}\n- {id: mine/gone, reason: r}\n' >"$work/known.yaml"

judge suite 0 'order*' 'bdat*' 'pipelining*'
judge each 1 --scenarios "$work/mine.yaml" --baseline "$work/known.yaml" --strict-baseline --fail-on warn
judge nobody 3 smtp://127.0.0.1:1 --to alice@example.test 'order*'

python3 "$here/server.py" >"$work/port" &
server=$!
for _ in $(seq 600); do [ -s "$work/port" ] && break; sleep 0.05; done
judge hostile 1 "smtp://127.0.0.1:$(cat "$work/port")" --to alice@example.test --to2 bob@example.test --timeout 2s --jobs 8 --max-blocked 100% \
    'order*' 'vrfy*' 'mail*' 'size*'
[ ! -e "$work/pwned" ] || { echo "a reply was run as a command"; failed=1; }
exit "$failed"
