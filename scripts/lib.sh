# Shared by the scripts: where the project is, what it needs, how to say things. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# Debian 12 and Ubuntu 24.04 name these alike.
# shellcheck disable=SC2034  # used by the scripts that source this
packages_build=(gcc g++ make cmake ninja-build pkg-config libssl-dev libyaml-dev libgsasl-dev libjansson-dev libxml2-dev liblzma-dev
                libpcre2-dev scdoc)
# shellcheck disable=SC2034
packages_test=(afl++ file zip unzip clang llvm clang-format clang-tidy cppcheck shellcheck valgrind git libcriterion-dev openssl
               python3 python3-yaml python3-jsonschema python3-junitparser cmark-gfm perl curl man-db dpkg-dev bash-completion zsh fish libxml2-utils procps util-linux)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Prints those of the named packages that are not installed.
packages_missing() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
    done
}

packages_install() {
    local missing
    command -v dpkg-query >/dev/null ||
        { say "No dpkg here: install what these Debian packages hold by hand: $*"; return 0; }
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The sanitizer runtimes of clang are a package of their own, named after its version.
packages_install_clang_runtime() {
    command -v clang >/dev/null && command -v apt-get >/dev/null || return 0
    packages_install "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}

# Node.js and npm may have come from elsewhere than Debian, whose npm would take their place.
packages_install_node() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then packages_install nodejs npm; fi
}

# Playwright wants Node 20; Debian 12 has 18. A newer one from npm comes first in the path then, for this shell alone.
node_of_today() {
    [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ] || return 0
    local package to=$root/build/node
    package=node-linux-$(node -p process.arch)
    [ -x "$to/node_modules/$package/bin/node" ] ||
        npm install --prefix "$to" --no-audit --no-fund --loglevel=error "$package@20" || return 1
    PATH=$to/node_modules/$package/bin:$PATH
}

# What the tests of the pages need: Chromium, Node, and the packages of tests/page/package-lock.json in build/page.
browser_install() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || packages_install chromium || return 1
    command -v nc >/dev/null || packages_install netcat-openbsd || return 1
    packages_install_node || return 1
    node_of_today || return 1
    local to=$root/build/page
    cmp -s "$root/tests/page/package-lock.json" "$to/package-lock.json" && [ -d "$to/node_modules" ] && return 0
    mkdir -p "$to" || return 1
    cp "$root/tests/page/package.json" "$root/tests/page/package-lock.json" "$to/" || return 1
    (cd "$to" && npm ci --no-audit --no-fund --loglevel=error) && return 0
    rm -f "$to/package-lock.json"
    return 1
}

# build PRESET [TARGET...]: configures when needed and builds; silent unless it fails. One at a time for each preset.
build() {
    local preset=$1 log
    shift
    log=$(mktemp)
    mkdir -p "$root/build"
    if ! (exec 9>"$root/build/.$preset.lock" && flock 9 && cd "$root" && cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}) >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
