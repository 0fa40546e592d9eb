#!/usr/bin/env bash
# Servers that misbehave: a clear message and the right status, and no hanging.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/mine.yaml" <<'Y'
suite: mine
title: Own scenarios
scenarios:
  - id: noop
    title: NOOP is answered
    level: MUST
    reference: our rule 1
    steps: [{send: NOOP, expect: 250}]
  - id: transaction
    title: A message is taken
    level: MUST
    reference: our rule 2
    start: data
    steps: [{data: "Subject: a\n\nb", expect: 250}]
  - id: tls
    title: TLS
    level: MUST
    reference: our rule 3
    needs: [STARTTLS]
    steps: [{starttls: }]
Y
# against STATUS SELECTION MODE [TIMEOUT]: within a minute. Only what waits for a server that never answers has a short time-out.
against() {
    local status=$1 selection=$2 begin=$SECONDS
    odd_server "$3"
    run "$status" test "smtp://127.0.0.1:$port" --to alice@example.test --scenarios "$work/mine.yaml" "$selection" --timeout "${4:-10s}"
    [ $((SECONDS - begin)) -lt 60 ] || complain "$3: expected an end within a minute"
}

# A port that nobody listens on.
odd_server silent
closed=$port
kill "${pids[-1]}"
wait "${pids[-1]}" 2>/dev/null
unset 'pids[-1]'
run 3 test "smtp://127.0.0.1:$closed" --to alice@example.test --timeout 1s mine/noop --scenarios "$work/mine.yaml"
out "refused"
run 3 probe "smtp://127.0.0.1:$closed"
err "refused"
run 3 test smtp://no-such-host.invalid --to alice@example.test --timeout 1s --scenarios "$work/mine.yaml"

against 0 mine/noop takes-everything
against 0 mine/transaction takes-everything
against 3 mine/noop silent 1s
against 3 mine/transaction greylists
out "BLOCKED"
out "450"
for mode in junk endless-line endless-reply; do
    against '[13]' mine/noop "$mode" 2>/dev/null
    ! grep -q "$(printf '\033')" "$work/out" || complain "$mode: an escape sequence of the server reached the terminal"
done
against 1 mine/tls takes-everything
out "TLS"
against '[13]' mine/transaction closes

# A server that takes no mail at all is no success, and the shortest report says so.
against 3 mine/noop refuses-mail
out "the server takes no mail"
run 3 test "smtp://127.0.0.1:$port" --to alice@example.test --scenarios "$work/mine.yaml" mine/noop -q
out "A plain transaction does not work here"
run 0 test "smtp://127.0.0.1:$port" --to alice@example.test --scenarios "$work/mine.yaml" mine/noop --max-blocked 100%

# What is no SMTP server that can be talked to, and why, said by probe and init alike.
said() { # MODE TEXT
    odd_server "$1"
    run 3 probe "smtp://127.0.0.1:$port" --timeout "${3:-10s}"
    err "expected $2"
    not_out "not offered"
    [ "$1" = silent ] && return
    run 3 init "smtp://127.0.0.1:$port" -o "$work/target.yaml"
    err "expected $2"
    [ ! -e "$work/target.yaml" ] || complain "init: expected no file for the server '$1'"
}
said silent "220 for a greeting, found nothing within 1 s" 1s
said imap "220 for a greeting, found * OK IMAP4rev1 ready, which is no SMTP"
said 554 "220 for a greeting, found 554 no mail service here"
said no-ehlo "250 to EHLO, found 502 what"
run 3 probe "smtp://127.0.0.1:$port" --json
cp "$work/out" "$work/json"
json "d['problem'] == 'expected 250 to EHLO, found 502 what'"

# probe on the same.
odd_server junk
timeout 60 "$smtpspec" probe "smtp://127.0.0.1:$port" --timeout 1s >"$work/out" 2>"$work/err"
[ $? -ne 124 ] || complain "probe hangs on junk"
! grep -q "$(printf '\033')" "$work/out" "$work/err" || complain "probe: an escape sequence reached the terminal"
odd_server takes-everything
run 0 probe "smtp://127.0.0.1:$port" --timeout 10s
out "220 odd.test"
out "STARTTLS"
out "problem"
run 0 probe "smtp://127.0.0.1:$port" --timeout 10s --json
cp "$work/out" "$work/json"
json "d['tls']['starttls_offered'] and not d['tls']['starttls_done'] and d['tls']['problem']"

# Ctrl-C: the report is complete for what was done.
cat >"$work/slow.yaml" <<'Y'
suite: slow
title: Pauses
scenarios:
  - id: first
    title: NOOP is answered
    level: MUST
    reference: our rule 1
    steps: [{send: NOOP, expect: 250}]
  - id: pause
    title: A pause
    level: MUST
    reference: our rule 1
    cases: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}, {id: f}, {id: g}, {id: h}]
    steps: [{send: VRFY x, expect: 250}, {pause: 2s}, {send: NOOP, expect: 250}]
Y
odd_server tells
"$smtpspec" test "smtp://127.0.0.1:$port" --scenarios "$work/slow.yaml" --jobs 1 --json "$work/json" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
for _ in $(seq 600); do grep -q VRFY "$told" && break; sleep 0.05; done
kill -INT "$pid"
begin=$SECONDS
wait "$pid"
status=$?
[ "$status" = 130 ] || complain "Ctrl-C: expected status 130, found $status"
[ $((SECONDS - begin)) -lt 30 ] || complain "Ctrl-C: expected an end within 30 s"
out "interrupted"
json "d['summary']['interrupted'] and len(d['results']) == 9 and d['results'][0]['verdict'] == 'pass'"
