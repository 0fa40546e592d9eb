#!/usr/bin/env bash
# install.sh BUILD_DIR: `cmake --install` gives one program that needs nothing beside it: copied away alone, it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --prefix "$work/usr" >/dev/null
mkdir "$work/alone"
cp "$work/usr/bin/smtpspec" "$work/alone/"
cd "$work/alone"
./smtpspec --version
./smtpspec list >../list
[ "$(wc -l <../list)" -gt 150 ] || { echo "expected over 150 scenarios in the installed program, found $(wc -l <../list)"; exit 1; }
./smtpspec test 'order*'
