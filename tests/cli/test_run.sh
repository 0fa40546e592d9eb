#!/usr/bin/env bash
# A run against the reference server: reports, selection, the user's own files, baseline, exit status.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/mine.yaml" <<'Y'
suite: mine
title: Own scenarios
scenarios:
  - id: right
    title: NOOP is answered
    level: MUST
    reference: our rule 1
    steps: [{send: NOOP, expect: 250}]
  - id: wrong
    title: NOOP is refused
    level: MUST
    reference: our rule 2
    steps: [{send: NOOP, expect: 5xx}]
  - id: preferred
    title: NOOP has another code
    level: MUST
    reference: our rule 3
    steps: [{send: NOOP, expect: 2xx, prefer: 252}]
  - id: recommended
    title: NOOP should have another code
    level: SHOULD
    reference: our rule 4
    steps: [{send: NOOP, expect: 252}]
  - id: hole
    title: A hole
    level: security
    reference: our rule 5
    steps: [{send: NOOP, expect: 5xx}]
  - id: premise
    title: The premise does not hold
    level: MUST
    reference: our rule 6
    steps: [{send: NOOP, assume: 5xx}, {send: NOOP, expect: 250}]
  - id: offered
    title: Needs what is not there
    level: MUST
    reference: our rule 7
    needs: [XNOWHERE]
    steps: [{send: NOOP, expect: 250}]
Y

run 0 test "$work/mine.yaml" --select mine/right --exclude mine/wrong --exclude mine/hole --max-blocked 100%
run 0 test --scenarios "$work/mine.yaml" mine/right
out "Exit status 0"

# Exit status, one rule after the other.
mine() { local status=$1; shift; run "$status" test --scenarios "$work/mine.yaml" "$@"; }
mine 0 mine/right mine/offered
mine 1 mine/right mine/wrong
out "1 failed at level MUST"
mine 0 mine/right mine/wrong --fail-on security
mine 1 mine/right mine/hole --fail-on security
mine 0 mine/right mine/recommended
mine 1 mine/right mine/recommended --fail-on should
mine 0 mine/right mine/preferred --fail-on should
mine 1 mine/right mine/preferred --fail-on warn
mine 3 mine/right mine/premise
out "blocked"
mine 0 mine/right mine/premise --max-blocked 50%
mine 3 mine/offered
out "nothing was judged"
mine 1 mine/wrong mine/premise

# What a failure shows.
mine 1 mine/wrong
out "FAIL  mine/wrong"
out "our rule 2"
out "mine.yaml:"
out "5xx"
out "C: NOOP"
out "S: 250"
mine 1 mine/wrong --quiet
not_out "SKIPPED"
[ "$(wc -c <"$work/err")" = 0 ] || complain "standard error: expected nothing in a pipe"

# Every verdict in every report.
mine 1 --json "$work/json" --junit "$work/junit.xml" --tap "$work/tap"
json "d['format'] == 'smtpspec-results' and d['version'] == 1"
json "{r['id']: r['verdict'] for r in d['results']} == {'mine/right': 'pass', 'mine/wrong': 'fail', 'mine/preferred': 'warn',
    'mine/recommended': 'warn', 'mine/hole': 'fail', 'mine/premise': 'blocked', 'mine/offered': 'skip'}"
json "d['summary']['exit_status'] == 1 and all(r['transcript'] for r in d['results'] if r['verdict'] in ('fail', 'warn', 'pass'))"
json "any(e['deciding'] for r in d['results'] if r['id'] == 'mine/wrong' for e in r['transcript'])"
json "[p['verdict'] for p in d['plain']] == ['pass', 'pass'] and len(d['checks']) > 0"
python3 "$here/../unit/report/validate.py" json "$here/../../reports/results.schema.json" "$work/json" || complain "the JSON report does not fit its schema"
python3 "$here/../unit/report/validate.py" tap "$work/tap" || complain "the TAP report is not valid"
xmllint --noout "$work/junit.xml" || complain "the JUnit report is no XML"
grep -q '<failure' "$work/junit.xml" || complain "the JUnit report has no failure"

# To standard output; what is for people goes elsewhere.
mine 0 mine/right --json -
cp "$work/out" "$work/json"
json "len(d['results']) == 1"
err "Exit status 0"

# Baseline.
mine 1 --write-baseline "$work/known.yaml"
grep -q 'mine/wrong' "$work/known.yaml" || complain "the baseline does not have mine/wrong"
sed -i 's/reason: "not looked into: .*/reason: "ticket 12"/' "$work/known.yaml"
mine 0 --baseline "$work/known.yaml" --fail-on warn --max-blocked 1
out "excused"
mine 0 --baseline "$work/known.yaml" --write-baseline "$work/known.yaml" --max-blocked 1
grep -q 'ticket 12' "$work/known.yaml" || complain "the baseline lost its reasons"
printf -- '- {id: mine/right, reason: was wrong}\n- {id: mine/gone, reason: was wrong}\n' >"$work/old.yaml"
mine 0 mine/right --baseline "$work/old.yaml"
out "but it passes (take it out): mine/right"
out "there is no such result (take it out): mine/gone"
mine 1 mine/right --baseline "$work/old.yaml" --strict-baseline
out "1 of the baseline passed, 1 of the baseline stale (--strict-baseline)"
printf -- '- {id: mine/wrong, reason: not asked for}\n- {id: "mine/pref*", reason: nor this}\n' >"$work/elsewhere.yaml"
mine 0 mine/right --baseline "$work/elsewhere.yaml" --strict-baseline
mine 0 mine/wrong mine/preferred --baseline "$work/elsewhere.yaml" --strict-baseline --fail-on warn
out "(2 excused)"
printf -- '- {id: mine/wrong, reason: a promise, until: 2020-02-29}\n' >"$work/over.yaml"
mine 1 mine/wrong --baseline "$work/over.yaml"
out "its time is over"
out "2020-02-29"
sed -i 's/2020-02-29/2999-12-31/' "$work/over.yaml"
mine 0 mine/wrong --baseline "$work/over.yaml" --strict-baseline
sed -i 's/2999-12-31/2999-02-29/' "$work/over.yaml"
mine 2 mine/wrong --baseline "$work/over.yaml"
err "found '2999-02-29'"
printf -- '- {id: mine/right}\n' >"$work/bad.yaml"
mine 2 mine/right --baseline "$work/bad.yaml"
err "bad.yaml:1:3"

# A report that cannot be written.
mine 3 mine/right --json /dev/full
err "No space left"
mine 3 mine/right --json /nowhere/report.json
err "No such file"
mine 1 mine/wrong --json /dev/full
status=0
"$smtpspec" test --scenarios "$work/mine.yaml" mine/right >/dev/full 2>"$work/err" || status=$?
[ "$status" = 3 ] || complain "test > /dev/full: expected status 3, found $status"
echo old >"$work/kept"
chmod 500 "$work" && { [ "$(id -u)" = 0 ] || mine 3 mine/right --json "$work/kept"; }
chmod 700 "$work"

# Selection by every kind of word.
run 0 test --dry-run 5321/4.1.1.4
grep -q . "$work/out" || complain "--dry-run: expected a list"
run 0 test --dry-run --level security
run 0 test --dry-run --rfc 5321 --exclude level:MUST
run 2 test --dry-run 5321 --exclude 5321
err "takes all of it away"
mkdir "$work/findings"
sed 's/^suite: mine/suite: finding/' "$work/mine.yaml" >"$work/findings/one.yaml"
run 0 test --dry-run "$work/findings/"
[ "$(wc -l <"$work/out")" = 7 ] || complain "a folder: expected its 7 scenarios, found $(wc -l <"$work/out")"
run 0 test --dry-run "$work/findings"
[ "$(wc -l <"$work/out")" = 7 ] || complain "a folder without slash: expected its 7 scenarios, found $(wc -l <"$work/out")"

# The same seed, the same octets.
mine 0 mine/right --seed 7 --json "$work/json"
json "d['environment']['seed'] == '7'"
