#!/usr/bin/env bash
# Loads the image into podman, which must read in it what it is, and runs in it a node of `bridgehead init`: read-only, without capabilities, as its own
# user, in a network of its own that has nothing but loopback. Needs root, podman and runc.
#
#   image.sh TARGET [VERSION]     TARGET holds the image: packaging/target; VERSION says which one, where there are several
set -euo pipefail
target=$(cd "$1" && pwd)
for program in podman runc; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install $program" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
suffix=$([ "$(uname -m)" = x86_64 ] || echo "-$(uname -m)")
# shellcheck disable=SC2206 # without a version whatever is there
images=("$target"/bridgehead-${2:-*}-image"$suffix".tar.xz)
[ "${#images[@]}" = 1 ] || { echo "there are several images in $target; expected the version of one as second argument" >&2; exit 1; }
[ -f "${images[0]}" ] || { echo "no image of ${2:-any version} for $(uname -m) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }
work=$(mktemp -d /tmp/bridgehead-image.XXXXXX)
export CONTAINERS_CONF=$work/containers.conf
# For machines that give no more than they have: no limits beyond those of this shell.
printf '[containers]\ndefault_ulimits=[]\n[engine]\ncgroup_manager="cgroupfs"\nruntime="runc"\n' > "$CONTAINERS_CONF"
podman=(podman --root "$work/storage" --runroot "$work/run" --storage-driver vfs)
end() {
    code=$?
    "${podman[@]}" rm --force --time 5 gateway >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$code"
}
trap end EXIT
"${podman[@]}" load --quiet --input "${images[0]}"
image=$("${podman[@]}" images --quiet | head -1)
version=$(basename "${images[0]}" "-image$suffix.tar.xz")
version=${version#bridgehead-}
is() { # a template, what it must say
    local said
    said=$("${podman[@]}" image inspect --format "$1" "$image")
    [ "$said" = "$2" ] || { echo "the image says $said for $1; expected $2" >&2; exit 1; }
}
is '{{ index .Labels "org.opencontainers.image.title" }}' Bridgehead
is '{{ index .Labels "org.opencontainers.image.version" }}' "$version"
is '{{ index .Labels "org.opencontainers.image.licenses" }}' Apache-2.0
is '{{ .User }}' 10001:10001
is '{{ join .Config.Entrypoint " " }} {{ join .Config.Cmd " " }}' '/usr/bin/bridgehead run --config /etc/bridgehead/gateway.yaml'
"${podman[@]}" run --detach --name gateway --read-only --cap-drop ALL --tmpfs /tmp --network none \
    --entrypoint /bin/sh --env BRIDGEHEAD_SOCKET=/var/lib/bridgehead/node/admin.sock "$image" -c \
    'bridgehead init --site west --folder node >/dev/null \
        && exec bridgehead run --config node/gateway.yaml' >/dev/null
for _ in $(seq 600); do
    if "${podman[@]}" exec gateway wget -q -O /dev/null http://127.0.0.1:9090/ready 2>/dev/null; then break; fi
    sleep 0.1
done
"${podman[@]}" exec gateway bridgehead status || { "${podman[@]}" logs gateway; exit 1; }
[ "$("${podman[@]}" exec gateway cat /proc/1/status | awk '/^Uid:/ { print $2 }')" = 10001 ] || { echo "the node does not run as 10001" >&2; exit 1; }
# Without a service it answers 404, with which wget ends as with an error.
answer=$("${podman[@]}" exec gateway wget -q -O /dev/null http://127.0.0.1:8080/ 2>&1 || true)
[[ $answer == *" 404 "* ]] || { echo "the node does not serve: $answer" >&2; exit 1; }
"${podman[@]}" stop --time 45 gateway >/dev/null
echo "1 passed, 0 failed"
