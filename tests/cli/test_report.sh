#!/usr/bin/env bash
# Results written once: shown again, turned into other formats, parts put together; a run in parts is a whole run.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/mine.yaml" <<'Y'
suite: mine
title: Own scenarios
scenarios:
  - {id: right, title: NOOP is answered, level: MUST, reference: rule 1, steps: [{send: NOOP, expect: 250}]}
  - {id: wrong, title: NOOP is refused, level: MUST, reference: rule 2, steps: [{send: NOOP, expect: 5xx}]}
  - {id: hole, title: A hole, level: security, reference: rule 3, steps: [{send: NOOP, expect: 5xx}]}
  - {id: advice, title: Advice, level: SHOULD, reference: rule 4, steps: [{send: NOOP, expect: 252}]}
  - id: many
    title: Many
    level: MUST
    reference: rule 5
    cases: [{id: c}, {id: a}, {id: b}]
    steps: [{send: NOOP, expect: 250}]
Y
mine() { local status=$1; shift; run "$status" test --scenarios "$work/mine.yaml" "$@"; }

# Shown again as it was shown first, and with the same exit status.
mine 1 --json "$work/json" --no-color
cp "$work/out" "$work/first"
run 1 report show "$work/json"
diff "$work/first" "$work/out" >"$work/diff" || { complain "report show differs from the run:"; sed 's/^/    /' "$work/diff"; }
"$smtpspec" report md - <"$work/json" | grep -q '^## smtpspec' || complain "report md -: expected a report of standard input"
run 1 report show "$work/json" --fail-on security
out "1 failed at level security"
printf -- '- {id: "mine/*", reason: known, until: 2999-01-31}\n' >"$work/known.yaml"
run 0 report show "$work/json" --baseline "$work/known.yaml" --strict-baseline
out "(3 excused)"
printf -- '- {id: "mine/*", reason: known, until: 2020-01-31}\n' >"$work/over.yaml"
run 1 report show "$work/json" --baseline "$work/over.yaml"
run 1 report show "$work/json" --fail-on warn
"$smtpspec" test --scenarios "$work/mine.yaml" mine/right --max-blocked 70% --json "$work/lax.json" >/dev/null
"$smtpspec" report json "$work/lax.json" --fail-on warn | grep -q '"max_blocked": 0.7,' || complain "--fail-on puts --max-blocked back"
run 1 report show "$work/json" --fail-on warn
out "1 warned"

# The other formats are those of the run.
mine 1 --json "$work/json" --junit "$work/j" --sarif "$work/s" --md "$work/m" --tap "$work/t"
for pair in junit:j sarif:s md:m tap:t json:json; do
    run 0 report "${pair%:*}" "$work/json" -o "$work/again"
    cmp "$work/again" "$work/${pair#*:}" || complain "report ${pair%:*} differs from what the run wrote"
done
mine 1 --sarif - --quiet
cp "$work/out" "$work/json2"
python3 -m json.tool "$work/json2" >/dev/null || complain "--sarif -: standard output is no JSON"
err "Exit status 1"

# In parts: together they are the whole, and in its order.
for i in 1 2 3; do
    run "*" test --scenarios "$work/mine.yaml" --shard "$i/3" --json "$work/part$i.json" --baseline "$work/known.yaml"
done
run 0 report merge "$work"/part[312].json -o "$work/json" --scenarios "$work/mine.yaml"
json "[r['id'] for r in d['results']] == ['mine/right', 'mine/wrong', 'mine/hole', 'mine/advice', 'mine/many/c', 'mine/many/a', 'mine/many/b']"
json "d['summary']['excused'] == 3 and d['summary']['exit_status'] == 0 and 'shard' not in d['environment']"
python3 "$here/../unit/report/validate.py" json "$here/../../reports/results.schema.json" "$work/json" || complain "merged results do not fit the schema"
python3 - "$work" <<'P' || complain "the parts do not add up"
import json, sys
parts = [json.load(open("%s/part%d.json" % (sys.argv[1], i))) for i in (1, 2, 3)]
whole = json.load(open(sys.argv[1] + "/json"))
ids = [r["id"] for p in parts for r in p["results"]]
assert len(ids) == len(set(ids)) == 7 and [len(p["results"]) for p in parts] == [3, 2, 2]
assert [p["environment"]["shard"] for p in parts] == ["1/3", "2/3", "3/3"]
assert all(c["judged"] == sum(x["judged"] for p in parts for x in p["checks"] if x["id"] == c["id"]) for c in whole["checks"])
P
run 1 report show "$work/json" --baseline "$work/over.yaml"
run 2 report merge "$work/part1.json" "$work/part3.json"
err "found no 2/3"
run 2 report merge "$work"/part[123].json "$work/part2.json"
err "expected each id once"
mine 0 mine/right --json "$work/whole.json"
run 2 report merge "$work/part1.json" "$work/whole.json"
err "expected one of 3 parts"
run 2 test --scenarios "$work/mine.yaml" --shard 4/3
err "expected a part such as 2/4"
run 2 test --scenarios "$work/mine.yaml" mine/right --shard 1/2
err "at most 1 parts"

# The whole suite in parts has every scenario once.
for i in 1 2 3 4; do
    run 0 test --dry-run --shard "$i/4"
    cat "$work/out"
done | cut -d' ' -f1 | sort >"$work/parts"
run 0 test --dry-run
cut -d' ' -f1 "$work/out" | sort | cmp - "$work/parts" || complain "four parts are not the suite"

# What is wrong is said.
run 2 report
err "expected what to do and a file"
run 2 report pdf "$work/json"
err "expected show, merge, json"
run 2 report show "$work/mine.yaml"
err "expected the JSON of smtpspec test --json"
run 2 report show "$work/nowhere.json"
run 2 report show "$work/json" "$work/json"
run 3 report junit "$work/json" -o /dev/full

# What a run left out is not stale: the rest of the suite, and own files that were not given.
printf 'order/rcpt-before-ehlo: known\nmine/advice: known\nquit/argument: known\n' >"$work/left.yaml"
run 0 test quit/argument --json "$work/part.json" --baseline "$work/left.yaml"
not_out "order/rcpt-before-ehlo"
not_out "mine/advice"
out "quit/argument"
run 1 test quit/argument --baseline "$work/left.yaml" --strict-baseline
out "1 of the baseline passed (--strict-baseline)"
run 1 report show "$work/part.json" --baseline "$work/left.yaml" --strict-baseline
out "1 of the baseline passed (--strict-baseline)"
printf 'order/rcpt-before-ehlo: known\nmine/advice: known\norder/no-such-scenario: gone\n' >"$work/left.yaml"
run 1 report show "$work/part.json" --baseline "$work/left.yaml" --strict-baseline
out "1 of the baseline stale (--strict-baseline)"
run 2 report show "$work/part.json" --strict-baseline
err "expected a baseline"

# Keys that later programs added may be missing in what earlier ones wrote.
sed 's/"expired": 0, //; s/"stale": 0, //; s/"unstable": 0, //; s/"unexpected_pass": [0-9]*, //' "$work/part.json" >"$work/early.json"
! cmp -s "$work/part.json" "$work/early.json" || complain "the keys were not taken out"
run 0 report show "$work/early.json"

# What is published of a run is for comparing.
run 2 report show "$here/../../reports/published/exim-4.96.json"
err "smtpspec compare"
