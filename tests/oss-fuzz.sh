#!/usr/bin/env bash
# oss-fuzz.sh [SANITIZER...]: runs fuzz/oss-fuzz/build.sh under the variables that OSS-Fuzz and ClusterFuzzLite set, and
# checks what came of it as their own check of a build does: targets have good names, start, run, are instrumented, link
# nothing dynamically that the runner lacks; seeds unpack and are taken, the dictionary is read. All sanitizers unless some are named.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    printf '%s\n' "$*"
    failed=1
}

flags_of() {
    local common="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
    case $1 in
    address) printf '%s' "$common -fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link" ;;
    undefined)
        printf '%s' "$common -fsanitize=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,"
        printf '%s' "return,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr "
        printf '%s' "-fno-sanitize-recover=all -fsanitize=fuzzer-no-link"
        ;;
    memory) printf '%s' "$common -fsanitize=memory -fsanitize-memory-track-origins -fsanitize=fuzzer-no-link" ;;
    coverage) printf '%s' "-O1 -gline-tables-only -fprofile-instr-generate -fcoverage-mapping -pthread" ;;
    esac
}

# A symbol that only an instrumented program has.
mark_of() {
    case $1 in
    address) printf __asan_report_load8 ;;
    undefined) printf __ubsan_handle_type_mismatch_v1 ;;
    memory) printf __msan_warning ;;
    coverage) printf __llvm_profile_runtime ;;
    esac
}

check_target() {
    local sanitizer=$1 target=$2 name seeds=$work/seeds lacking count
    name=$(basename "$target")
    [[ $name =~ ^[A-Za-z0-9_-]+$ ]] || fail "$name: no good name"
    nm "$target" | grep "$(mark_of "$sanitizer")" >/dev/null || fail "$name: not built with the $sanitizer sanitizer"
    lacking=$(ldd "$target" | awk '{print $1}' |
        grep -Ev '^(linux-vdso|lib(c|m|dl|rt|pthread|resolv|stdc\+\+|gcc_s)\.|/lib)' || true)
    [ -z "$lacking" ] || fail "$name: needs of the runner: $lacking"
    rm -rf "$seeds" && mkdir "$seeds"
    unzip -q "${target}_seed_corpus.zip" -d "$seeds" || fail "$name: seeds do not unpack"
    count=$(find "$seeds" -type f | wc -l)
    grep -q '^max_len = ' "$target.options" || fail "$name: no options"
    # What only counts lines has nothing that libFuzzer could go by: it runs the seeds, as the runner of coverage does.
    if [ "$sanitizer" = coverage ]; then
        "$target" "$seeds"/* >"$work/log" 2>&1 || { tail -20 "$work/log"; fail "$name: does not run its seeds"; }
        printf '%-10s %-18s %5d seeds run\n' "$sanitizer" "$name" "$count"
        return
    fi
    "$target" -runs=4 -close_fd_mask=1 >"$work/log" 2>&1 || { tail -20 "$work/log"; fail "$name: does not start"; }
    "$target" -runs=2000 -max_len=4096 -dict="$target.dict" "$seeds" >"$work/log" 2>&1 ||
        { tail -20 "$work/log"; fail "$name: does not run"; }
    printf '%-10s %-18s %5d seeds, %s\n' "$sanitizer" "$name" "$count" "$(tail -1 "$work/log")"
}

check_build() {
    local sanitizer=$1 target count=0
    mkdir -p "$work/src" "$work/$sanitizer/work" "$work/$sanitizer/out"
    ln -sfn "$PWD" "$work/src/smtpspec"
    env SRC="$work/src" WORK="$work/$sanitizer/work" OUT="$work/$sanitizer/out" SANITIZER="$sanitizer" \
        FUZZING_ENGINE=libfuzzer ARCHITECTURE=x86_64 CC=clang CXX=clang++ CCC=clang++ CFLAGS="$(flags_of "$sanitizer")" \
        CXXFLAGS="$(flags_of "$sanitizer")" LIB_FUZZING_ENGINE=-fsanitize=fuzzer fuzz/oss-fuzz/build.sh ||
        { fail "build.sh failed for $sanitizer"; return; }
    for target in "$work/$sanitizer/out"/fuzz_*; do
        case $target in *.dict | *.options | *.zip) continue ;; esac
        check_target "$sanitizer" "$target"
        count=$((count + 1))
    done
    [ "$count" -ge 3 ] || fail "$sanitizer: $count targets"
    [ "$sanitizer" = memory ] || nm "$work/$sanitizer/out/fuzz_session" | grep 'T LLVMFuzzerCustomMutator' >/dev/null ||
        fail "$sanitizer: fuzz_session has no mutator"
    rm -rf "${work:?}/$sanitizer"
}

[ $# -gt 0 ] || set -- address undefined memory coverage
for sanitizer in "$@"; do check_build "$sanitizer"; done
exit "$failed"
