#!/usr/bin/env bash
# lmtp.sh SMTPSPEC: the suite against the reference server in LMTP: no fail, no warning.
set -euo pipefail
smtpspec=$(realpath "$1")
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
"$smtpspec" serve --lmtp-listen 127.0.0.1:0 --maildir "$work/mail" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 100); do
    port=$(sed -n 's/^LMTP on 127\.0\.0\.1://p' "$work/log")
    [ -z "$port" ] || break
    sleep 0.1
done
[ -n "$port" ] || { cat "$work/log"; exit 1; }
"$smtpspec" test "lmtp://127.0.0.1:$port" --to alice@example.test --to2 bob@example.test --unknown nobody@example.test \
    --user alice --password secret --mailbox "alice@example.test=maildir:$work/mail/alice" \
    --mailbox "bob@example.test=maildir:$work/mail/bob" --fail-on warn --max-blocked 0 --quiet
