#!/usr/bin/env bash
# completion.sh PROGRAM: what bash, zsh and fish themselves offer behind words of smtpspec.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/files"
ln -s "$(realpath "$1")" "$work/bin/smtpspec"
PATH=$work/bin:$PATH
cd "$work/files"
touch target.yaml 'results 1.json'
failed=0
tries=0

offer_bash() {
    bash --norc -c '
        . "$1"; COMP_LINE=$2; COMP_POINT=${#2}; compopt() { :; }
        _smtpspec; printf "%s\n" "${COMPREPLY[@]}"' _ "$here/completion/smtpspec.bash" "$1"
}
offer_zsh() { python3 "$here/tests/completion_zsh.py" "$here/completion" "$1"; }
offer_fish() { fish --no-config -c "source '$here/completion/smtpspec.fish'; complete -C '$1'" | cut -f1; }

# offers LINE WORD...: each shell offers these words behind the line, and not NOTHING.
offers() {
    local line=$1 shell word
    shift
    for shell in bash zsh fish; do
        "offer_$shell" "$line" >"$work/offered"
        for word in "$@"; do
            tries=$((tries + 1))
            # bash is given what stands behind the last colon or at-sign of the word.
            [ "$shell" = bash ] && word=${word##*[:@]}
            grep -qxF -- "$word" "$work/offered" && continue
            failed=1
            printf '%s: "%s": expected %s, found:\n' "$shell" "$line" "$word"
            head -5 "$work/offered" | sed 's/^/    /'
        done
    done
}
offers 'smtpspec pr' probe
offers 'smtpspec ' test check report
offers 'smtpspec test --fail-' --fail-on
offers 'smtpspec test --fail-on s' security should
offers 'smtpspec test order/rc' order/rcpt-before-ehlo
offers 'smtpspec test tag:rel' tag:relay
offers 'smtpspec test --defect open-r' open-relay
offers 'smtpspec test ta' target.yaml
offers 'smtpspec report ' merge sarif
offers 'smtpspec report show r' 'results 1.json'
[ "$failed" = 0 ] && echo "completion: $tries words offered by bash, zsh and fish"
exit "$failed"
