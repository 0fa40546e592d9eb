#!/usr/bin/env bash
# Servers that are not always the same: --retries tries blocked results again and never failed ones, --repeat finds
# what changes its verdict.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/mine.yaml" <<'Y'
suite: mine
title: Own scenarios
scenarios:
  - {id: mail, title: Takes mail, level: MUST, reference: rule 1, start: mail, steps: [{send: RSET, expect: 250}]}
  - {id: noop, title: Always the same, level: MUST, reference: rule 2, steps: [{send: NOOP, expect: 250}]}
  - {id: vrfy, title: Never right, level: MUST, reference: rule 3, steps: [{send: VRFY x, expect: 550}]}
Y
odd() { local status=$1; shift; run "$status" test "smtp://127.0.0.1:$port" --to alice@example.test --scenarios "$work/mine.yaml" --jobs 1 --json "$work/json" "$@"; }

odd_server busy
odd 3 mine/mail --retries 1
json "d['results'][0]['verdict'] == 'blocked' and d['results'][0]['attempts'] == 2"
odd_server busy
odd 1 --retries 8
json "[(r['verdict'], r['attempts'] > 1) for r in d['results']] == [('pass', True), ('pass', False), ('fail', False)]"
json "'verdicts' not in d['results'][0] and d['summary']['unstable'] == 0"

odd_server wavers
odd 1 mine/noop mine/mail --repeat 6
json "d['summary']['unstable'] >= 1 and d['results'][1]['id'] == 'mine/noop'"
json "d['results'][1]['verdict'] == 'fail' and set(d['results'][1]['verdicts']) == {'pass', 'fail'} and sum(d['results'][1]['verdicts'].values()) == 6"
json "d['results'][1]['reason'].startswith('unstable (pass ') and d['results'][1]['attempts'] == 6"
out "UNSTABLE: repetitions did not agree"
out "of them unstable"
cp "$work/json" "$work/again.json"
run 1 report show "$work/again.json"
out "UNSTABLE"
run 0 report json "$work/again.json" -o "$work/same.json"
cmp "$work/again.json" "$work/same.json" || complain "repetitions are lost where results are read back"
python3 "$here/../unit/report/validate.py" json "$here/../../reports/results.schema.json" "$work/json" || complain "repeated results do not fit the schema"

# A server that is always the same is stable, whatever is delivered: each repetition has messages of its own.
run 0 test --repeat 3 'transparency*' --json "$work/json"
json "d['summary']['unstable'] == 0 and all(sum(r['verdicts'].values()) == 3 for r in d['results'])"
run 2 test --repeat 0
err "from 1 to 1000"
