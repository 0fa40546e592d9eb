#!/usr/bin/env bash
# run.sh PROGRAM: campaigns over the network against the reference server: what is planted is found, made small, replayed
# from its scenario; a sound server gives nothing; a campaign is refused where it may not run, repeated, and resumed.
set -uo pipefail
shopt -s extglob
smtpspec=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mkdir "$work/tmp"
export TMPDIR=$work/tmp
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
complain() { failed=1; echo "campaign: $*"; }

# campaign STATUS ARGUMENT...: what it prints is in $work/out.
campaign() {
    local expected=$1 status=0
    shift
    "$smtpspec" fuzz "$@" >out 2>&1 </dev/null || status=$?
    [ "$status" = "$expected" ] || { complain "fuzz $*: expected status $expected, found $status"; tail -5 out; }
}

# found DEFECT PATTERN [OPTION]: a campaign of a few thousand inputs finds it, with at most 100 octets; its scenario fails
# against the defect and passes without it. What time does to it (a machine so busy that replies come late) another seed
# makes good. OPTION: what --replay needs to see it. MOST: findings after which it ends (1), where others come before it.
found() {
    local defect=$1 pattern=$2 folder=found-$1 seed id=""
    for seed in 1 2 3; do
        rm -rf "$folder"
        "$smtpspec" fuzz --defect "$defect" --findings "$folder" --seed "$seed" --runs 5000 --max-findings "${MOST:-1}" --quiet \
            >"$folder.log" 2>&1 </dev/null
        for id in "$folder"/$pattern; do
            [ -d "$id" ] && break 2
        done
        id=""
    done
    [ -n "$id" ] || { complain "$defect: no finding like $pattern"; tail -5 "$folder.log"; return; }
    [ "$(wc -c <"$id/smallest.smtp")" -le 100 ] || complain "$defect: not made small: $(wc -c "$id/smallest.smtp")"
    "$smtpspec" fuzz --defect "$defect" --replay "$id/smallest.smtp" "${@:3}" >out 2>&1 &&
        { complain "$defect: does not replay"; tail -5 out; }
    grep -q "^## The deciding octets\|^## Conversation" "$id/summary.md" || complain "$defect: a summary without evidence"
    [ $# -gt 2 ] && return # growth does not show in one session
    # The reference server runs in the process of the test here, and dies with it; the shell need not say so.
    { "$smtpspec" test --defect "$defect" --timeout 3s -q "$id" >out 2>&1; } 2>/dev/null &&
        complain "$defect: its scenario does not fail"
    "$smtpspec" test -q "$id" >out 2>&1 || { complain "$defect: its scenario fails without it"; tail -20 out; }
}

campaign 2 smtp://192.0.2.1:25 --runs 1
grep -q i-am-authorised out || complain "a foreign server is not refused by name"
campaign 2 --growth
campaign 2 smtp://127.0.0.1:1 --defect open-relay
campaign 3 smtp://127.0.0.1:1 --timeout 1s --findings none

# The same seed gives the same inputs; nothing is wrong with the sound server. A busy machine may once make a reply late, and
# what comes behind another: two runs of three are the same then.
for round in a b c; do
    campaign 0 --seed 7 --runs 40 --json --findings "same-$round"
    grep -o '"inputs-digest":"[0-9a-f]*"' out | tail -1 >>digests
    [ -z "$(sort digests | uniq -d)" ] || break
done
[ -n "$(sort digests | uniq -d)" ] || complain "the same seed gave other inputs, or no digest of them: $(cat digests)"
grep -q '<svg' same-a/report.html || complain "a report without pictures"
find same-a/corpus -type f | grep -q . || complain "the corpus was not kept"

# The journal has every session, whole.
campaign 0 --seed 7 --runs 5 --json --findings told --journal journal
sessions=$(grep -o '"sessions":[0-9]*' out | tail -1 | cut -d: -f2)
begun=$(grep -acE '^(session|goes on) [0-9]+$' journal) ended=$(grep -acE '^end [0-9]+$' journal)
[ "$begun-$ended" = "${sessions:-none}-${sessions:-none}" ] ||
    complain "the journal has $begun begins and $ended ends of ${sessions:-no} sessions"
for word in write replies; do
    grep -aq "^$word " journal || complain "a journal without $word"
done
campaign 2 --journal journal --jobs 2

# Resumed: counters and corpus go on; begun anew in the same folder: refused.
campaign 3 --findings same-a --runs 80
campaign 0 --findings same-a --runs 80 --resume --json
inputs=$(grep -o '"inputs":[0-9]*' out | tail -1 | cut -d: -f2)
[ "${inputs:-0}" -gt 40 ] || complain "resumed at input ${inputs:-none}, expected more than 40"

# Ctrl-C, and kill -9.
# running FOLDER: waits until the campaign there has written its state.
running() {
    for _ in {1..300}; do [ -f "$1/campaign.json" ] && return; sleep 0.1; done
    complain "$1: no state within 30 s"
}
"$smtpspec" fuzz --findings broken --time 60s >out 2>&1 </dev/null & pid=$!
running broken
kill -INT "$pid"
wait "$pid"
[ $? = 130 ] || complain "interrupted: expected status 130"
[ -f broken/report.html ] || complain "interrupted: no report"
"$smtpspec" fuzz --findings killed --time 60s >out 2>&1 </dev/null & pid=$!
running killed
child=$(pgrep -P "$pid" || true)
kill -9 "$pid"
wait "$pid" 2>/dev/null
[ -z "$child" ] || kill "$child" 2>/dev/null
campaign 0 --findings killed --time 1s --resume

# A line without an end: from outside only memory tells who keeps it from who throws it away.
printf 'EHLO t\r\nMA#!flood\n' >flood.smtp
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
for keeper in keep:1 discard:0; do
    port=$(free_port)
    campaign "${keeper#*:}" "smtp://127.0.0.1:$port" --launch "exec python3 $here/line_keeper.py $port ${keeper%:*}" --replay flood.smtp
    grep -q '^hoard-' out && kept=1 || kept=0
    [ "$kept" = "${keeper#*:}" ] || { complain "a server that does not limit lines (${keeper%:*}) is misjudged"; cat out; }
done
campaign 0 --replay flood.smtp

found crash-quoted-pair '@(crash|died)-*'
found no-reply-to-noop 'hang-noop-*'
found rcpt-without-mail 'order-rcpt-without-mail-*'
found crash-second-cancel '@(crash|died)-*'
found hang-rset-in-chunks 'hang-rset-*'
found message-lost 'mailbox-lost-*'
MOST=3 found rcpt-refused-parameter-adds 'refused-*'
found leak-nested-mail 'memory-*' --growth

# More mail than was acknowledged. It comes a moment after the client went away, so that time has to be given (`settle`).
port=$(free_port)
mkdir more-mail
cat >more.yaml <<YAML
name: more
endpoint: smtp://127.0.0.1:$port
launch: {start: "exec '$smtpspec' serve --listen 127.0.0.1:$port --defect half-message-delivered --maildir '$work/more-mail'"}
facts: {recipient: alice@example.test, recipient2: bob@example.test, unknown: nobody@example.test}
mailboxes:
  alice@example.test: {maildir: "$work/more-mail/alice"}
  settle: 500ms
YAML
campaign 1 more.yaml --findings more --seed 1 --runs 3000 --max-findings 1 --quiet
for id in more/mailbox-more-*; do [ -d "$id" ] && break; done
if [ -d "$id" ]; then
    campaign 1 more.yaml --replay "$id/smallest.smtp"
    "$smtpspec" test more.yaml -q "$id" >out 2>&1 && complain "more mail: its scenario does not fail"
    "$smtpspec" test -q "$id" >out 2>&1 || { complain "more mail: its scenario fails without it"; tail -20 out; }
else
    complain "no mailbox-more found"
    tail -5 out
fi

# exec: a program that is started for each connection, whose end by a signal is seen without a sanitizer.
campaign 1 "exec:exec '$here/stdio_server.sh'" --to alice@example.test --seed 1 --runs 600 --findings exec --quiet \
    --max-findings 1
for id in exec/crash-sigabrt-*; do [ -d "$id" ] && break; done
if [ -d "$id" ]; then
    campaign 1 "exec:exec '$here/stdio_server.sh'" --to alice@example.test --replay "$id/smallest.smtp"
else
    complain "exec: no crash found"
    tail -5 out
fi

# Behind STARTTLS and AUTH: what only a client that has logged in reaches, with a scenario that logs in itself.
campaign 1 --defect auth-twice-accepted --prologue tls,auth --seed 1 --runs 1000 --max-findings 1 --findings login --quiet
for id in login/order-auth-twice-*; do [ -d "$id" ] && break; done
if [ -d "$id" ]; then
    "$smtpspec" test --defect auth-twice-accepted -q "$id" >out 2>&1 && complain "behind AUTH: its scenario does not fail"
    "$smtpspec" test -q "$id" >out 2>&1 || { complain "behind AUTH: its scenario fails without it"; tail -20 out; }
else
    complain "behind AUTH: no order-auth-twice found"
fi

# Several jobs at one server: found, confirmed while the others wait, and once.
campaign 1 --defect crash-quoted-pair --jobs 4 --seed 1 --runs 20000 --max-findings 1 --findings jobs --quiet
found=$(find jobs -mindepth 1 -maxdepth 1 -name '*-*' | wc -l)
[ "$found" = 1 ] || complain "four jobs: expected one finding, found $found"

# compared DEFECT PATTERN: the same inputs at the sound server and at one with a defect, which is started by its file; the
# difference is a lead, made small, which replays against that server and not against a sound one.
compared() {
    local folder=against-$1 lead="" port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    mkdir "$work/mail-$1"
    cat >"rival-$1.yaml" <<EOF
name: rival
endpoint: smtp://127.0.0.1:$port
launch: {start: "exec '$smtpspec' serve --listen 127.0.0.1:$port --defect $1 --maildir '$work/mail-$1'"}
facts: {recipient: alice@example.test, recipient2: bob@example.test, unknown: nobody@example.test}
mailboxes:
  alice@example.test: {maildir: "$work/mail-$1/alice"}
  bob@example.test: {maildir: "$work/mail-$1/bob"}
  settle: 0s
EOF
    campaign 0 --against "rival-$1.yaml" --findings "$folder" --seed 1 --runs 400
    for lead in "$folder"/leads/$2; do [ -d "$lead" ] && break; done
    [ -d "$lead" ] || { complain "$1: no difference like $2 was found"; tail -5 out; return; }
    [ "$(wc -c <"$lead/smallest.smtp")" -le 100 ] || complain "$1: the difference was not made small"
    grep -q '^The same at rival' "$lead/transcript.txt" || complain "$1: the difference shows one side only"
    campaign 1 --against "rival-$1.yaml" --replay "$lead/smallest.smtp"
    sed 's/--defect [a-z-]*//' "rival-$1.yaml" >sound.yaml
    campaign 0 --against sound.yaml --replay "$lead/smallest.smtp"
}
compared rcpt-without-mail 'different-rcpt-503-250-*'
compared message-lost 'different-delivered-*'
exit "$failed"
