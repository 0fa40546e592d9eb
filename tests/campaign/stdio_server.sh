#!/bin/sh
# A server on standard input and output, as exec: has them; it aborts on HELP with an argument.
cr=$(printf '\r')
say() { printf '%s\r\n' "$1"; }
data=no
say "220 stdio.test ESMTP"
while IFS= read -r line; do
    line=${line%"$cr"}
    case $data,$line in
    yes,.) data=no; say "250 2.0.0 Taken" ;;
    yes,*) ;;
    no,[Dd][Aa][Tt][Aa]) data=yes; say "354 Go on" ;;
    no,[Qq][Uu][Ii][Tt]*) say "221 Bye"; exit ;;
    no,HELP\ *) kill -ABRT $$ ;;
    no,EHLO* | no,HELO* | no,MAIL* | no,RCPT* | no,RSET* | no,NOOP* | no,HELP*) say "250 Ok" ;;
    *) say "500 What?" ;;
    esac
done
