#!/usr/bin/env bash
# package.sh BUILD_DIR: the Debian package, installed into an empty root, runs there with nothing but the libraries that
# it names; its manual pages and completions are where they are looked for.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
complain() { failed=1; echo "package: $*"; }

cpack --config "$build/CPackConfig.cmake" -B "$work/out" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
deb=$(echo "$work"/out/smtpspec_*.deb)
depends=$(dpkg-deb --field "$deb" Depends)
case $depends in *-dev* | *gcc,* | *python* | *cmake*) complain "it depends on what builds: $depends" ;; *libc6*) ;; *) complain "it names no libraries: $depends" ;; esac

root=$work/root
mkdir -p "$root/var/lib/dpkg/"{info,updates} "$root/tmp" "$root/proc"
touch "$root/var/lib/dpkg/"{status,available}
dpkg --root="$root" --force-not-root --force-depends --force-script-chrootless --install "$deb" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for file in bin/smtpspec share/man/man1/smtpspec.1.gz share/man/man5/smtpspec-scenario.5.gz share/man/man5/smtpspec-target.5.gz \
    share/bash-completion/completions/smtpspec share/zsh/vendor-completions/_smtpspec share/fish/vendor_completions.d/smtpspec.fish \
    share/doc/smtpspec/README.md share/doc/smtpspec/copyright share/smtpspec/results.schema.json share/smtpspec/scenario.schema.json share/smtpspec/target.schema.json; do
    [ -s "$root/usr/$file" ] || complain "expected /usr/$file"
done

# Every library comes from a package that it depends on.
ldd "$root/usr/bin/smtpspec" >"$work/libraries"
! grep 'not found' "$work/libraries" || complain "libraries are missing"
if [ "$(id -u)" = 0 ]; then
    sed -n 's/.* \(\/[^ ]*\) (0x.*/\1/p; s/^[[:blank:]]*\(\/[^ ]*\) (0x.*/\1/p' "$work/libraries" | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
    run() { env -i "$(command -v chroot)" "$root" /usr/bin/smtpspec "$@"; }
else
    run() { env -i "$root/usr/bin/smtpspec" "$@"; }
fi
run --version
run test 'order*' --quiet || complain "the suite does not run there"
MANWIDTH=80 man --local-file "$root/usr/share/man/man1/smtpspec.1.gz" | grep -q 'smtpspec test' || complain "the manual page cannot be read"
grep -q "$("$here/../build/release/smtpspec" --version | cut -d' ' -f2)" <<<"$deb" || complain "the package's version is another one: $deb"
echo "$(basename "$deb"), $(stat -c %s "$deb") octets, depends on $depends"
exit "$failed"
