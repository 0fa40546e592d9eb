#!/usr/bin/env bash
# manual.sh PROGRAM: the manual pages are right for man(1) and say all that the program knows: each subcommand and option
# of --help, each key of the schemas.
set -euo pipefail
smtpspec=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0
complain() { failed=1; echo "manual: $*"; }

# A page as plain text, every paragraph one line: nothing is hyphenated or broken.
page() {
    "$smtpspec" help --man "$1" >"$1.scd"
    scdoc <"$1.scd" >"$1.roff" || complain "scdoc does not take the page $1"
    MANWIDTH=1000 man --warnings=w --local-file "$1.roff" >"$1" 2>"$1.warnings"
    [ ! -s "$1.warnings" ] || { complain "the page $1:"; cat "$1.warnings"; }
}
for name in smtpspec scenario target; do page "$name"; done

count=0
for subcommand in $("$smtpspec" help --complete '' | cut -f1); do
    grep -q "smtpspec $subcommand" smtpspec || complain "smtpspec(1) has no $subcommand"
    for option in $("$smtpspec" "$subcommand" --help | grep -o '^ *\(-[a-zA-Z], \)\?--[a-z0-9-]*' | grep -o -- '--.*'); do
        case $option in --help | --version) continue ;; esac
        count=$((count + 1))
        grep -q -- "^ *\(-[a-zA-Z0-9], \)\?$option\( \|$\)" smtpspec || complain "smtpspec(1) has no $option of $subcommand"
    done
done
[ "$count" -gt 60 ] || complain "expected over 60 options, found $count"

# Keys of properties, at any depth of the schema.
keys() {
    "$smtpspec" check --schema "$1" | python3 -c '
import json, sys
def walk(node):
    if isinstance(node, dict):
        yield from (node.get("properties") or {})
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)
schema = json.load(sys.stdin)
# A catalogue is no file that users write.
schema["anyOf"] = schema.get("anyOf", [])[:1]
print("\n".join(sorted(set(walk(schema)))))'
}
for name in scenario target; do
    keys "$name" >known
    [ "$(wc -l <known)" -gt 25 ] || complain "$name: only $(wc -l <known) keys in the schema"
    while read -r key; do
        grep -q "^ *$key\( (\|$\)" "$name" || complain "smtpspec-$name(5) has no key $key"
        count=$((count + 1))
    done <known
done
grep -qF "\${recipient}" scenario || complain "smtpspec-scenario(5) has no variable for the recipient"
"$smtpspec" help --man nothing 2>/dev/null && complain "help --man takes a page that is not there"
[ "$failed" = 0 ] && echo "manual pages: $count options and keys, all there"
exit "$failed"
