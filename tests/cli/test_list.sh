#!/usr/bin/env bash
# list and check: what is inside the program, and mistakes in files with their places.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

run 0 list
[ "$(wc -l <"$work/out")" -ge 150 ] || complain "list: expected 150 scenarios at least, found $(wc -l <"$work/out")"
! awk '{print $1}' "$work/out" | sort | uniq -d | grep . || complain "list: an id stands there twice"
first=$(head -1 "$work/out" | awk '{print $1}')
run 0 list "$first"
[ "$(wc -l <"$work/out")" = 1 ] || complain "list $first: expected one line"
run 0 list --json
cp "$work/out" "$work/json"
json "len(d) >= 150 and all(x['level'] in ('MUST', 'SHOULD', 'MAY', 'security') and x['reference'] for x in d)"
run 0 list --requirements 5321
out "RFC 5321"
not_out "RFC 3030"
run 0 serve --list-defects --json
cp "$work/out" "$work/json"
json "len([x for x in d if x['requirement']]) >= 200 and all(x['name'] and x['summary'] and (x['requirement'] or x['name'].split('-')[0] in ('crash', 'hang', 'leak')) for x in d)"
run 0 serve --list-styles --json
cp "$work/out" "$work/json"
json "len(d) >= 40 and all(x['name'] and x['source'] and x['summary'] for x in d)"
run 2 serve --json
run 0 list --requirements --json
cp "$work/out" "$work/json"
json "len(d) >= 100 and all(x['text'] for x in d)"
run 2 list --requirements nothing-like-it
run 0 list --tags
run 0 list --checks
out "check/"
# Each check has a row of its own, which names it.
run 0 list --checks --json
cp "$work/out" "$work/checks"
run 0 list --requirements --json
cp "$work/out" "$work/json"
json "{x['id']: x['check'] for x in d if x['check']} == {x['requirement']: x['name'] for x in __import__('json').load(open('$work/checks'))}"
run 0 list 5321
run 2 list tag:no-such-tag

run 0 check
out "no mistakes"

# Every row of the catalogue is accounted for: broken copies of the suite are refused.
suite=$here/../../scenarios
broken() { # WHAT FILE EXPRESSION
    rm -rf "$work/broken" && cp -r "$suite" "$work/broken"
    sed -i "$3" "$work/broken/$2"
    run 2 check --scenarios "$work/broken"
    err "$1"
}
run 0 check --scenarios "$suite"
broken "expected a scenario or check that tests it" catalogue/rfc7504.yaml '/^ *unobservable:/d'
broken "7504-3-no-such-row" rfc7504/521.yaml '0,/requirement: .*/s//requirement: 7504-3-no-such-row/'
broken "expected no \"unobservable\"" catalogue/rfc1870.yaml '0,/^    text:/s//    unobservable: it is said so\n    text:/'
broken "smtpspec list --checks" catalogue/rfc2034.yaml '0,/check: .*/s//check: no-such-check/'
rm -rf "$work/broken" && cp -r "$suite" "$work/broken"
rm "$work/broken/rfc7504/521.yaml"
run 2 check --scenarios "$work/broken"
err "7504-3-session-goes-on: expected a scenario"
run 0 list --requirements 3207/4.2
out "RFC 3207 section 4.2"
out "extension STARTTLS"
out "no client can see it"
run 0 check --schema scenario
cp "$work/out" "$work/json"
json "'scenarios' in str(d)"
run 0 check --schema target
cp "$work/out" "$work/json"
json "'endpoint' in str(d)"
run 2 check --schema other

cat >"$work/ten.yaml" <<'Y'
suite: ten
title: Ten mistakes
scenaros: []
scenarios:
  - id: Upper Case
    title: one
    level: MUST
    reference: none
    steps: [{send: NOOP, expect: 250}]
  - id: two
    title: two
    level: OUGHT
    reference: none
    steps: [{sned: NOOP, expect: 250}]
  - id: three
    title: three
    level: MUST
    reference: none
    steps: [{send: "${recipent}", expect: 2500}]
  - id: four
    title: four
    requirement: 5321-no-such-row
    steps: [{send: NOOP, expect: 250, within: 5s}]
  - id: four
    title: four again
    level: MUST
    reference: none
    start: middle
    steps: [{pause: soon}, {send: a, raw: b}]
Y
run 2 check "$work/ten.yaml"
[ "$(grep -c "ten.yaml:[0-9]*:[0-9]*: " "$work/err")" -ge 10 ] ||
    { complain "check: expected ten mistakes with places, found:"; cat "$work/err"; }
err "sned"
err "send"
run 2 test "$work/ten.yaml"
err "ten.yaml:"
run 2 check /nowhere.yaml

cat >"$work/target.yaml" <<'Y'
endpoint: smtp://127.0.0.1:2525
facts: {recipent: alice@example.test}
Y
run 2 check "$work/target.yaml"
err "target.yaml:2"
sed -i s/recipent/recipient/ "$work/target.yaml"
run 0 check "$work/target.yaml"
out "no mistakes"
