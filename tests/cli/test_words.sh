#!/usr/bin/env bash
# What is typed wrong is told with what was meant, and nothing is run.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

run 2
err "smtpspec test"
run 0 --help
out "probe"
run 0 --version
out "smtpspec "
run 0 help list
out "Usage: smtpspec list"
run 2 tset
err "did you mean 'test'?"
run 2 smtp://127.0.0.1:25
err "smtpspec test smtp://127.0.0.1:25"
run 2 test --timout 5s
err "did you mean '--timeout'?"
run 2 test --timeout soon
err "expected a duration"
run 2 test --jobs
err "expected N behind it"
run 2 test --jobs=many
err "expected a whole number"
run 2 test --fail-on never
err "expected security, must, should or warn"
run 2 test --quiet --verbose
err "found both"
run 2 test --max-blocked 200%
err "expected a share"
run 2 test smtp://127.0.0.1:1 --style slow
err "expected no target"
run 2 test --style no-such-style
err "smtpspec serve --list-styles"
run 2 test --defect no-such-defect
err "smtpspec serve --list-defects"
run 2 test smtp://192.0.2.1 --intrusive
err "--i-am-authorised"
run 2 test no-such-scenario-anywhere
err "no-such-scenario-anywhere"
run 2 test mail.example.org
err "smtp://mail.example.org"
run 2 test smtp://
run 2 probe
err "expected a target"
run 2 probe one two
err "expected one target"
run 2 test --baseline /nowhere/at.yaml
err "No such file"
for subcommand in test list check probe serve explain; do
    run 0 "$subcommand" --help
    out "Usage: smtpspec $subcommand"
    out "--help"
    awk 'length > 100 {bad = 1} END {exit bad}' "$work/out" || complain "$subcommand --help: a line is longer than 100"
done
# What cannot be meant.
for address in alice '' $'a@b\n' '<a@b>' @b a@; do
    run 2 test --to "$address" quit/argument
    err "expected an address LOCAL@DOMAIN"
done
run 2 test --json - --tap - quit/argument
err "expected one report on standard output"
run 2 test --junit --tap quit/argument
err "found the option --tap"
for jobs in 0 -1 1025; do
    run 2 test --jobs "$jobs" quit/argument
    err "from 1 to 1024"
done
run 2 test smtp://127.0.0.1:1 smtp://127.0.0.1:2
err "expected one target, found 'smtp://127.0.0.1:1' and 'smtp://127.0.0.1:2'"
run 2 test smtp://127.0.0.1:1 -4 -6
err "expected --ipv4 or --ipv6, found both"
run 2 test --timeout 0 quit/argument
err "--timeout: expected a duration over 0"
run 0 test --settle 0 quit/argument
# A target file among scenarios is checked as what it is.
mkdir "$work/both"
printf 'endpoint: smtp://127.0.0.1:25\n' >"$work/both/target.yaml"
printf 'suite: own\nscenarios:\n- {id: a, title: t, level: MUST, reference: r, steps: [{send: NOOP, expect: 250}]}\n' >"$work/both/own.yaml"
run 0 check "$work/both"
out "no mistakes"
run 0 test "$work/both"
# A baseline beside them too, whichever way it is written.
printf '# known\n- id: own/a\n  reason: why not\n' >"$work/both/known.yaml"
run 0 check "$work/both"
out "1 scenario, 1 target file, 1 baseline: no mistakes"
run 0 check "$work/both/known.yaml" "$work/both/target.yaml"
out "1 target file, 1 baseline: no mistakes"
run 0 test "$work/both"
run 2 test "$work/both/known.yaml"
err "--baseline $work/both/known.yaml"
printf 'baseline: [{id: own/a, reason: why not, untill: 2027-01-31}]\n' >"$work/both/known.yaml"
run 2 check "$work/both"
err "known.yaml:1:41: expected 'id', 'reason' and 'until'"
run 2 check "$work/both/known.yaml"
err "known.yaml:1:41"
rm "$work/both/known.yaml"
printf 'endpoint: smtp://127.0.0.1:25\nfacts: {recipent: a@b}\n' >"$work/both/target.yaml"
run 2 check "$work/both"
err 'target.yaml:2:9'
# Nothing to check is a mistake, and own scenarios are counted.
mkdir "$work/empty"
run 2 check "$work/empty"
err "$work/empty: expected scenarios, requirements, a target file or a baseline, found none"
run 0 check "$work/both/own.yaml"
out "1 scenario: no mistakes"
# The grammar of HELO and its text are not of one mind.
run 0 explain "HELO [1.2.3.4]"
out "behind EHLO only"
run 0 explain "EHLO [1.2.3.4]"
not_out "behind EHLO only"
run 0 explain RSET
not_out "responsibility"
run 0 explain DATA
out "responsibility"
# A line of an EHLO reply on its own.
run 0 explain "250-SIZE 1000"
out "SIZE, an extension"
# What an option would give is said where it is missing.
"$smtpspec" serve --listen 127.0.0.1:0 >"$work/serve" 2>&1 &
pids+=($!)
until grep -qs 'SMTP with' "$work/serve"; do sleep 0.05; done
run 0 test "smtp://$(sed -n 's/^SMTP with.* on //p' "$work/serve")" "rcpt*"
out "the target names no recipient (--to)"
run 0 explain "AUTH PLAIN AGFsaWNlAG90aGVy"
not_out "AG90aGVy"
run 2 test --tls-min 1.3 --tls-max 1.2 quit/argument
err "expected a lowest TLS version up to the highest"
run 2 test --strict-baseline quit/argument
err "expected a baseline"
# A disk that is full.
for report in --json --junit --tap --write-baseline; do
    run 3 test "$report" /dev/full quit/argument
    out "Exit status 3: a report could not be written."
done
"$smtpspec" list >/dev/full 2>"$work/err" && complain "list > /dev/full: expected a status other than 0"
err "No space left"
