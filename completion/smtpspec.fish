# Completion of smtpspec for fish. The program itself knows what may come: subcommands, options, ids, tags.
function __smtpspec_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] help --complete $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = \t
            __fish_complete_path "$current"
        else
            printf '%s\n' $line
        end
    end
end
complete -c smtpspec -f -a '(__smtpspec_complete)'
