# Shared by the targets that are Dovecot. Sourced after lib.sh.
# shellcheck shell=bash disable=SC2154  # what lib.sh sets

# dovecot_conf PROTOCOL: what every one of them has.
dovecot_conf() {
    cat <<EOF
protocols = $1
log_path = /var/log/dovecot.log
hostname = mail.example.test
mail_location = maildir:~/Maildir
ssl = yes
ssl_cert = </etc/ssl/test/cert.pem
ssl_key = </etc/ssl/test/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_default_realm = example.test
auth_failure_delay = 0
# No penalty, up to 15 s, for addresses from which wrong passwords came.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}
userdb {
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}
EOF
}

dovecot_users() {
    printf '%s@example.test:{PLAIN}%s:%d:%d::/home/%s\n' alice secret "$alice" "$alice" alice \
        bob "$RANDOM$RANDOM" "$bob" "$bob" bob postmaster "$RANDOM$RANDOM" "$alice" "$alice" alice
}

# dovecot_etc: everything but dovecot.conf itself.
dovecot_etc() {
    add_user dovecot 5017
    add_user dovenull 5018
    mkdir -p "$box/etc/dovecot"
    dovecot_users >"$box/etc/dovecot/users"
}
