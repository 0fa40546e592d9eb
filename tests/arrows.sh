#!/usr/bin/env bash
# arrows.sh BUILD_DIR: proves that a room can include the rooms below it and no other: for each pair of rooms one header is
# compiled with the include path that CMake gives the room.
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A below=(
    [base]="" [smtp]="base" [mutate]="smtp base" [scenario]="smtp base" [net]="base" [driver]="net scenario smtp base"
    [server]="net smtp base" [report]="scenario smtp base" [campaign]="driver report mutate net scenario smtp base"
    [cli]="campaign mutate driver server report net scenario smtp base"
)
rooms=(base smtp mutate scenario net driver server report campaign cli)

# The -I options of the first file that CMake compiles for the room.
includes_of() {
    python3 - "$1" "$2" <<'P'
import json, shlex, sys
for entry in json.load(open(sys.argv[1] + "/compile_commands.json")):
    if "/harness/%s/" % sys.argv[2] in entry["file"]:
        print(*[w for w in shlex.split(entry["command"]) if w.startswith("-I")])
        break
P
}

failed=0 tried=0
for room in "${rooms[@]}"; do
    read -ra includes < <(includes_of "$1" "$room")
    for other in "${rooms[@]}"; do
        header=$(find "harness/$other/include/$other" -name '*.h' | sort | head -1)
        allowed=no
        [[ " $room ${below[$room]} " != *" $other "* ]] || allowed=yes
        compiles=no
        ! printf '#include "%s"\n' "${header#harness/"$other"/include/}" |
            gcc -std=c17 -D_GNU_SOURCE "${includes[@]}" -fsyntax-only -x c - 2>/dev/null || compiles=yes
        tried=$((tried + 1))
        if [ "$allowed" != "$compiles" ]; then
            echo "harness/$room includes harness/$other: expected to compile: $allowed, found: $compiles"
            failed=1
        fi
    done
done
echo "$tried pairs of rooms tried"
exit "$failed"
