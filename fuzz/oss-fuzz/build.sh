#!/bin/bash -eu
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite want it: with $CC, $CXX, $CFLAGS, $CXXFLAGS and
# $LIB_FUZZING_ENGINE, sources below $SRC/smtpspec, results into $OUT. tests/oss-fuzz.sh runs it here.
cd "$SRC/smtpspec"
objects=$WORK/smtpspec
rm -rf "$objects"
mkdir -p "$objects"

includes=(-Ifuzz -Iharness/server)
for room in base smtp mutate scenario net server; do includes+=("-Iharness/$room/include" "-Iharness/$room"); done
flags=(-std=c17 -D_GNU_SOURCE "${includes[@]}")

# archive NAME SOURCE...
archive() {
    local name=$1 source members=()
    shift
    for source in "$@"; do
        # shellcheck disable=SC2086  # the flags are several words
        $CC $CFLAGS "${flags[@]}" -c "$source" -o "$objects/$name-$(basename "$source" .c).o"
        members+=("$objects/$name-$(basename "$source" .c).o")
    done
    rm -f "$objects/lib$name.a"
    ar rcs "$objects/lib$name.a" "${members[@]}"
}
archive base harness/base/*.c
archive smtp harness/smtp/*.c

# target NAME ARCHIVE... [-- LIBRARY...]: a program, its seeds and its options. What the runner lacks is linked statically.
target() {
    local name=$1 archives=() libraries=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do archives+=("$objects/lib$1.a"); shift; done
    [ $# -eq 0 ] || libraries=("${@:2}")
    # shellcheck disable=SC2086
    $CC $CFLAGS "${flags[@]}" -c "fuzz/fuzz_$name.c" -o "$objects/fuzz_$name.o"
    # shellcheck disable=SC2086
    $CXX $CXXFLAGS "$objects/fuzz_$name.o" -o "$OUT/fuzz_$name" $LIB_FUZZING_ENGINE \
        -Wl,--start-group "${archives[@]}" -Wl,--end-group -Wl,-Bstatic "${libraries[@]}" -Wl,-Bdynamic -ldl -lpthread
    (cd "corpus/$name" && zip -q -j -r - .) >"$OUT/fuzz_${name}_seed_corpus.zip"
    cp fuzz/smtp.dict "$OUT/fuzz_$name.dict"
    cat fuzz/oss-fuzz/fuzz.options >"$OUT/fuzz_$name.options"
    [ "$name" != session ] || cat fuzz/oss-fuzz/session.options >>"$OUT/fuzz_$name.options"
}
target command smtp base
target reply smtp base
target path smtp base

# MemorySanitizer needs every line instrumented; OpenSSL, libyaml, PCRE2 and Jansson are not.
[ "${SANITIZER:-address}" != memory ] || exit 0

archive mutate harness/mutate/*.c
archive server harness/server/session*.c harness/server/{transaction,mailbox,header,defect,style}.c
archive fuzz fuzz/{custom,play,judge,judge_rules,judge_message,judge_login,judge_address}.c
archive scenario harness/scenario/*.c
target scenario scenario smtp base -- -lyaml -ljansson -lpcre2-8 -lcrypto
target target_file scenario smtp base -- -lyaml -ljansson -lpcre2-8 -lcrypto

# The custom mutator must be seen by the engine: its object is named, not left to the archive.
mutator="$objects/fuzz-custom.o"
LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE $mutator"
target sasl mutate smtp base -- -lcrypto
target session fuzz server mutate smtp base -- -lcrypto
