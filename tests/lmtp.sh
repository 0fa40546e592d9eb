#!/usr/bin/env bash
# lmtp.sh SMTPSPEC: the suite against the reference server in LMTP: no fail, no warning.
exec "$1" test --lmtp --fail-on warn --max-blocked 0 --quiet
