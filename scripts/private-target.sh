# A real server of targets/ as a private copy: in a folder of its own, on free ports, so that neither the one that
# scripts/targets runs nor another checkout's is touched. Sourced, behind lib.sh.
# shellcheck shell=bash disable=SC2154

# Ports that nobody listens on at this moment.
free_ports() {
    python3 - "$1" <<'EOF'
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in held))
EOF
}

# private_target NAME DIR AS: copies targets/NAME (and its neighbours, whose scripts some use) to DIR/targets, named AS
# there, where it is not yet; its ports are drawn anew each time. What it passes and does not is another matter here:
# without its baseline. Prints the path of its target.yaml.
private_target() {
    local from=$1 into=$2/targets as=$3 ports file
    mkdir -p "$into"
    cp "$root"/targets/*.sh "$into/"
    for file in "$root"/targets/*/; do
        [ -f "$file/start" ] && [ ! -d "$into/$(basename "$file")" ] && cp -r "$file" "$into/"
    done
    [ -d "$into/$as" ] || cp -r "$root/targets/$from" "$into/$as"
    read -ra ports < <(free_ports 2)
    sed -e '/^baseline:/d' -e "s|state/$from/|state/$as/|" \
        -e "s|^\(endpoint: .*127\.0\.0\.1\):.*|\1:${ports[0]}|" -e "s|^\(implicit-tls: .*127\.0\.0\.1\):.*|\1:${ports[1]}|" \
        "$root/targets/$from/target.yaml" >"$into/$as/target.yaml"
    rm -f "$into/$as/baseline.yaml"
    printf '%s\n' "$into/$as/target.yaml"
}
