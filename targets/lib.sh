# What the real servers share: unpacking packages without installing them, a box to run them in, accounts, a
# certificate, starting and stopping. Sourced by targets/NAME/install, start and stop.
#
# The mail servers of a distribution conflict with each other as packages, and expect their files at fixed places. So
# their packages are only unpacked, into targets/state/NAME/root, and the server runs in namespaces of its own (mounts,
# processes, host name) where that folder lies over the system's. The network is shared: it listens on 127.0.0.1.
# Killing process 1 of the box ends the server and nothing else.
# shellcheck shell=bash

targets=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$here")
state=$targets/state/$name
unpacked=$state/root # the packages
box=$state/box       # what this run changes: upper layers of the overlays, made anew at each start
layers=(usr etc var/spool var/lib var/log var/mail var/cache)
no_namespaces=77 # exit status of a start that needs namespaces where they are not allowed

say() { printf '%s\n' "$*" >&2; }
die() { say "$name: $*"; exit 1; }

# port_of endpoint|implicit-tls: target.yaml is the one place where a port stands.
port_of() { sed -n "s|^$1: *[a-z]*://127\.0\.0\.1:\([0-9]*\).*|\1|p" "$here/target.yaml"; }

# with WORD: true when the server is to be started with a fault, or a defence, that it does not have as published
# (TARGET_WITH=open-relay targets/exim/start; see targets/flips and targets/robust).
with() { [[ " ${TARGET_WITH:-} " == *" $1 "* ]]; }

# --- packages ---------------------------------------------------------------------------------------------------

# archive CODENAME: where the machine's own apt gets this release of Debian from.
archive() {
    # shellcheck disable=SC2016  # apt's, not the shell's
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" 'Origin: Debian' | head -n 1
}

# apt_for SUITE: prints apt options, one a line. The machine's own sources for "", else a list of their own for a
# backports suite from the same archive, so that the machine's stay as they are.
apt_for() {
    printf '%s\n' -qq -o APT::Sandbox::User=root -o Debug::NoLocking=1
    [ -n "$1" ] || return 0
    local apt=$targets/state/apt/$1 from
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    if [ ! -f "$apt/sources.list" ]; then
        from=$(archive "${1%-backports}")
        [ -n "$from" ] || { apt-get -qq update && from=$(archive "${1%-backports}"); }
        [ -n "$from" ] || die "apt knows no archive of Debian ${1%-backports} that could have $1"
        printf "deb $from %s main\n" "${1%-backports}" "$1" >"$apt/sources.list"
    fi
    printf '%s\n' -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -t "$1"
}

# unpack [--suite SUITE] PACKAGE...: them and what they need that the machine lacks, into $unpacked.
unpack() {
    local suite="" list debs=$state/debs options
    if [ "$1" = --suite ]; then suite=$2; shift 2; fi
    mapfile -t options < <(apt_for "$suite")
    if [ -n "$suite" ] || ! apt-cache show "$@" >/dev/null 2>&1; then
        apt-get "${options[@]}" update 2>"$state/apt.log" || die "$(cat "$state/apt.log")"
    fi
    mkdir -p "$debs" "$unpacked/usr"
    # A version in brackets right behind the name is an upgrade of what the machine has: it is good enough.
    list=$(apt-get "${options[@]}" -s install --no-install-recommends "$@" 2>"$state/apt.log" |
        sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p') || die "$(cat "$state/apt.log")"
    if [ -n "$list" ]; then
        # shellcheck disable=SC2086  # one word for each package
        (cd "$debs" && apt-get "${options[@]}" download $list) 2>"$state/apt.log" || die "$(cat "$state/apt.log")"
        local deb
        for deb in "$debs"/*.deb; do dpkg -x "$deb" "$unpacked"; done
        rm -rf "$debs"
    fi
    merge_usr
    printf '%s\n' "$list" >>"$state/packages"
}

# /bin, /sbin and /lib of the system are links into /usr: what packages have there belongs there.
merge_usr() {
    local part
    for part in bin sbin lib lib64; do
        [ -d "$unpacked/$part" ] || continue
        mkdir -p "$unpacked/usr/$part"
        cp -a "$unpacked/$part/." "$unpacked/usr/$part/"
        rm -rf "${unpacked:?}/$part"
    done
}

# npm_install PACKAGE@VERSION...: into $state/node_modules; nothing that the packages bring is run.
npm_install() {
    command -v npm >/dev/null || die "needs npm (Debian: npm, nodejs)"
    mkdir -p "$state"
    npm install --prefix "$state" --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >&2
}

begin_install() {
    rm -rf "$state"
    mkdir -p "$state"
}

installed() { [ -f "$state/installed" ]; }
end_install() { date -u +%Y-%m-%dT%H:%M:%SZ >"$state/installed"; }

# --- what every server gets -------------------------------------------------------------------------------------

alice=5001
bob=5002

make_certificate() {
    [ -f "$state/cert.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -subj /CN=mail.example.test -addext subjectAltName=DNS:mail.example.test,IP:127.0.0.1 \
        -keyout "$state/key.pem" -out "$state/cert.pem" 2>"$state/openssl.log" || die "$(cat "$state/openssl.log")"
}

# Empty mailboxes, at /home/alice/Maildir in the box; what targets/robust mounted there stays.
make_maildirs() {
    local user
    if mountpoint -q "$state/mail"; then rm -rf "$state/mail/"*; else rm -rf "$state/mail"; fi
    for user in alice bob; do
        mkdir -p "$state/mail/$user/Maildir"/{tmp,new,cur}
        chown -R "${!user}:${!user}" "$state/mail/$user" 2>/dev/null || true
    done
}

# add_user NAME ID [HOME]: in the box's passwd, group and shadow, in place of one that is there.
add_user() {
    local password='*'
    # shellcheck disable=SC2016
    case $1 in alice) password=$(openssl passwd -6 secret) ;; esac
    sed -i "/^$1:/d" "$box/etc/passwd" "$box/etc/group" "$box/etc/shadow"
    printf '%s:x:%d:%d::%s:/bin/sh\n' "$1" "$2" "$2" "${3:-/nonexistent}" >>"$box/etc/passwd"
    printf '%s:x:%d:\n' "$1" "$2" >>"$box/etc/group"
    printf '%s:%s:19000:0:99999:7:::\n' "$1" "$password" >>"$box/etc/shadow"
}

add_group() {
    sed -i "/^$1:/d" "$box/etc/group"
    printf '%s:x:%d:%s\n' "$1" "$2" "${3:-}" >>"$box/etc/group"
}

# The box's own /etc: accounts (the system's nobody would make nobody@example.test a mailbox), names without DNS.
make_etc() {
    mkdir -p "$box/etc/ssl/test"
    cp -p /etc/passwd /etc/group /etc/shadow "$box/etc/"
    sed -i 's/^nobody:/system-nobody:/' "$box/etc/passwd" "$box/etc/shadow"
    add_user alice "$alice" /home/alice
    add_user bob "$bob" /home/bob
    printf '%s: files\n' passwd group shadow hosts networks protocols services >"$box/etc/nsswitch.conf"
    printf '127.0.0.1 localhost\n127.0.1.1 mail.example.test mail\n' >"$box/etc/hosts"
    printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$box/etc/resolv.conf"
    printf 'mail.example.test\n' >"$box/etc/mailname"
    printf 'mail.example.test\n' >"$box/etc/hostname"
    printf 'postmaster: alice\nabuse: alice\nmailer-daemon: postmaster\n' >"$box/etc/aliases"
    cp "$state/cert.pem" "$state/key.pem" "$box/etc/ssl/test/"
    chmod 600 "$box/etc/ssl/test/key.pem"
}

# --- starting and stopping --------------------------------------------------------------------------------------

# The pid file holds the process and its start time, so that a number given anew to another is never killed.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# A process that ended and was not waited for yet runs no more.
running() {
    local pid started
    [ -f "$state/pid" ] && read -r pid started <"$state/pid" && [ "$(start_time "$pid")" = "$started" ] &&
        ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null
}

remember() { printf '%s %s\n' "$1" "$(start_time "$1")" >"$state/pid"; }

# Reads one line of the greeting; qpsmtpd takes a second for it.
greets() {
    local line="" fd
    { exec {fd}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    IFS= read -r -t 5 -u "$fd" line || true
    exec {fd}>&-
    [[ $line == 220* ]]
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_until_ready() {
    local port tls_port began=$SECONDS
    port=$(port_of endpoint)
    tls_port=$(port_of implicit-tls)
    while ((SECONDS - began < 60)); do
        if greets "$port" && { [ -z "$tls_port" ] || listens "$tls_port"; }; then return 0; fi
        running || { tail -n 20 "$state/log" >&2; die "ended while it was starting"; }
        sleep 0.1
    done
    tail -n 20 "$state/log" >&2
    ps -o pid,stat,wchan:24,args -s "$(cut -d' ' -f1 "$state/pid")" >&2 || true
    die "does not greet on port $port"
}

# Some servers share a port with whoever has it already (SO_REUSEPORT), and each gets half of the connections.
port_must_be_free() {
    ! listens "$(port_of endpoint)" || die "somebody else listens on port $(port_of endpoint): another checkout's?"
}

# Two who start the same server at the same time (a person, and the harness that found it dead) wait for each other. The
# server itself does not keep the lock: descriptor 9 is closed for it.
one_at_a_time() {
    mkdir -p "$targets/state"
    exec 9>"$targets/state/$name.lock"
    flock 9
}

namespaces_allowed() { unshare -m -p -f true 2>/dev/null; }

prepare() {
    installed || "$here/install"
    make_certificate
    make_maildirs
}

# start_boxed "$@": calls `configure` (writes below $box/etc, outside), then `inside` (runs the server in the
# foreground, in the box). The start script runs itself again for that, with --inside.
start_boxed() {
    if [ "${1:-}" = --inside ]; then
        enter_box
        inside
        exit
    fi
    one_at_a_time
    if running; then wait_until_ready; return 0; fi
    if ! namespaces_allowed; then
        say "$name: needs mount and process namespaces (root, and a container that allows unshare -m -p); not run"
        exit "$no_namespaces"
    fi
    port_must_be_free
    prepare
    rm -rf "$box" "$state/work"
    make_etc
    configure
    setsid unshare -m -p -u -f --kill-child --mount-proc "$here/start" --inside </dev/null >"$state/log" 2>&1 9>&- &
    remember $!
    wait_until_ready
}

# Volatile: nothing is synced to the disk, so that ending a box takes no seconds; every start begins with empty layers.
enter_box() {
    local layer upper=$box work=$state/work
    hostname mail.example.test
    if [ "$(stat -f -c %T "$state")" = overlayfs ]; then # a container's: it cannot hold an upper layer
        mkdir -p "$state/memory"
        mount -t tmpfs tmpfs "$state/memory"
        cp -a "$box" "$state/memory/"
        upper=$state/memory/box work=$state/memory/work
    fi
    for layer in "${layers[@]}"; do
        mkdir -p "$unpacked/$layer" "$upper/$layer" "$work/$layer"
        mount -t overlay overlay -o "lowerdir=$unpacked/$layer:/$layer,upperdir=$upper/$layer,workdir=$work/$layer,volatile" \
            "/$layer"
    done
    mount --bind "$state/mail" /home
    mount -t tmpfs tmpfs /run
    mount -t tmpfs tmpfs /tmp
    chmod 1777 /tmp
    cd /
}

# start_plain COMMAND...: a server that needs no box; it leads a session of its own. Calls `configure` before, where
# there is one.
start_plain() {
    one_at_a_time
    if running; then wait_until_ready; return 0; fi
    port_must_be_free
    prepare
    if declare -F configure >/dev/null; then configure; fi
    (cd "$state" && exec setsid "$@") </dev/null >"$state/log" 2>&1 9>&- &
    remember $!
    wait_until_ready
}

# Ends what start_boxed or start_plain started: the box, or the session's process group.
stop_target() {
    local pid started i port
    if ! running; then
        rm -f "$state/pid"
        return 0
    fi
    read -r pid started <"$state/pid"
    kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
    port=$(port_of endpoint)
    for ((i = 0; i < 100; i++)); do
        if ! running && ! listens "$port"; then
            rm -f "$state/pid"
            return 0
        fi
        sleep 0.05
    done
    die "port $port is still open after the stop"
}
