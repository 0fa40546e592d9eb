# How Exim is configured where it is built from source: sourced by scripts/build-exim-afl and scripts/fuzz-example.
# shellcheck shell=bash

exim_user=mail # is there on every Debian, and owns nothing that a test could harm

# exim_makefile DIR <src/EDITME: prints the Local/Makefile of an Exim that lives in DIR. What smtpspec tests is built in; what
# needs other libraries or DNS is not.
exim_makefile() {
    sed -e "s|^BIN_DIRECTORY=.*|BIN_DIRECTORY=$1/bin|" -e "s|^CONFIGURE_FILE=.*|CONFIGURE_FILE=$1/etc/exim.conf|" \
        -e "s|^EXIM_USER=.*|EXIM_USER=$exim_user|" -e "s|^SPOOL_DIRECTORY=.*|SPOOL_DIRECTORY=$1/spool|" \
        -e 's/^\(EXIM_MONITOR\|SUPPORT_DANE\|DLOPEN_LOCAL_SCAN\)=/# \1=/' -e 's/^# *\(EXIM_GROUP\)=.*/\1=mail/'
    cat <<'MAKE'
USE_OPENSSL=yes
TLS_LIBS=-lssl -lcrypto
AUTH_PLAINTEXT=yes
AUTH_CRAM_MD5=yes
AUTH_SPA=yes
SUPPORT_MAILDIR=yes
SUPPORT_PROXY=yes
USE_GDBM=yes
DBMLIB=-lgdbm
DISABLE_DKIM=yes
HAVE_ICONV=no
MAKE
}
