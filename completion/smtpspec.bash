# Completion of smtpspec for bash. The program itself knows what may come: subcommands, options, ids, tags.
# shellcheck shell=bash
_smtpspec() {
    local line=${COMP_LINE:0:COMP_POINT} candidate current before
    local -a words candidates
    read -ra words <<<"$line"
    [[ $line != *[[:blank:]] ]] || words+=("")
    current=${words[-1]}
    # Of a word with one of these, bash wants what stands behind the last.
    before=${current%"${current##*[@:=]}"}
    COMPREPLY=()
    mapfile -t candidates < <("${words[0]}" help --complete "${words[@]:1}" 2>/dev/null)
    for candidate in "${candidates[@]}"; do
        if [ "$candidate" = $'\t' ]; then
            compopt -o filenames 2>/dev/null
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
        else
            candidate=${candidate%%$'\t'*}
            COMPREPLY+=("${candidate#"$before"}")
        fi
    done
}
complete -F _smtpspec smtpspec
