#!/usr/bin/env bash
# Loads the image into a Docker daemon of its own and runs it as docs/install.md says, then the three sites of deploy/compose as its compose.yaml says: a
# request across sites, an endpoint that is stopped, a site that is killed. The daemon lives in a folder and a network namespace that end with the script.
# Needs root, docker.io, docker-compose, iproute2, curl and xz-utils of Debian. Takes one minute and a half.
#
#   docker.sh TARGET [VERSION]     TARGET holds the image: packaging/target; VERSION says which one, where there are several
set -euo pipefail
target=$(cd "$1" && pwd)
sources=$(cd "$(dirname "$0")/../../.." && pwd)
PATH=/usr/sbin:/usr/bin:/sbin:/bin # Debian's programs before others of these names
for program in dockerd docker docker-compose curl ip unshare nsenter xz; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install docker.io docker-compose iproute2 curl xz-utils" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
suffix=$([ "$(uname -m)" = x86_64 ] || echo "-$(uname -m)")
# shellcheck disable=SC2206 # without a version whatever is there
images=("$target"/bridgehead-${2:-*}-image"$suffix".tar.xz)
[ "${#images[@]}" = 1 ] || { echo "there are several images in $target; expected the version of one as second argument" >&2; exit 1; }
[ -f "${images[0]}" ] || { echo "no image of ${2:-any version} for $(uname -m) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }
version=$(basename "${images[0]}" "-image$suffix.tar.xz")
version=${version#bridgehead-}

work=$(mktemp -d /tmp/bridgehead-docker.XXXXXX)
name=$(basename "$work")
daemon=
export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$work/client
export COMPOSE_PROJECT_NAME=sites BRIDGEHEAD_IMAGE=bridgehead:$version
compose=(docker-compose --file "$sources/packaging/deploy/compose/compose.yaml")
end() {
    code=$?
    if [ "$code" -ne 0 ] && [ -n "$daemon" ]; then
        docker ps --all || true
        for container in $(docker ps --all --quiet); do
            docker inspect --format '-- {{ .Name }} {{ json .State }}' "$container" || true
            docker logs --tail 15 "$container" 2>&1 | cut -c1-400 || true
        done
        tail -n 15 "$work/dockerd.log"
    fi
    if [ -n "$daemon" ]; then
        # shellcheck disable=SC2046 # a list of words
        timeout 60 docker rm --force --volumes $(docker ps --all --quiet) >/dev/null 2>&1 || true
        kill "$daemon" 2>/dev/null || true
        for _ in $(seq 200); do kill -0 "$daemon" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$daemon" 2>/dev/null || true
    fi
    awk -v under="$work/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mounted; do umount -l "$mounted" || true; done
    find /sys/fs/cgroup -depth -type d -path "*/$name*" -exec rmdir {} + 2>/dev/null || true
    rm -rf "$work"
    exit "$code"
}
trap end EXIT
say() { printf -- '-- %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
until_true() { # what, seconds, command
    local what=$1 last=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$last" ] || fail "not within time: $what"
        sleep 0.2
    done
}

say "A daemon of its own"
echo '{}' > "$work/daemon.json"
unshare --net sh -ec 'ip link set lo up; exec "$@"' sh \
    dockerd --config-file "$work/daemon.json" --data-root "$work/data" --exec-root "$work/run" --pidfile "$work/pid" --host "$DOCKER_HOST" \
    --containerd-namespace "$name" --containerd-plugins-namespace "$name-plugins" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$name" > "$work/dockerd.log" 2>&1 < /dev/null &
daemon=$!
answers() { kill -0 "$daemon" && docker version; }
until_true "the daemon answers" 60 answers
say "Docker $(docker version --format '{{ .Server.Version }}'), Compose $(docker-compose version --short), files by $(docker info --format '{{ .Driver }}')"
there() { nsenter --net --target "$daemon" -- "$@"; }
ask() { there curl --silent --max-time 10 --header 'Host: hello.example.internal' "http://127.0.0.1:$1/"; }
is() { [ "$(ask "$1")" = "$2" ]; }
health() { [ "$(docker inspect --format '{{ .State.Health.Status }}' "$1")" = healthy ]; }

say "One node, by docs/install.md"
mkdir "$work/srv"
chown 10001:10001 "$work/srv"
block() { # of the page: the image that is loaded, and the node that is run
    awk '/^## In a container/ { there = 1 } there && /^```/ { if (block++) exit; next } block' "$sources/docs/install.md" \
        | sed -e 's/ *#.*//' -e "s|/srv/bridgehead|$work/srv|; s|VERSION|$version|g"
}
block | grep -q '^docker run' || fail "docs/install.md says no more how to run the image"
(cd "$target" && sh -ec "$(block | grep '^docker load')")
says() { # a template, what it must say
    local said
    said=$(docker image inspect --format "$1" "$BRIDGEHEAD_IMAGE")
    [ "$said" = "$2" ] || fail "the image says $said for $1; expected $2"
}
says '{{ index .Config.Labels "org.opencontainers.image.title" }} {{ index .Config.Labels "org.opencontainers.image.version" }}' "Bridgehead $version"
says '{{ .Config.User }} {{ index .Config.Healthcheck.Test 0 }}' '10001:10001 CMD-SHELL'
docker run --rm --read-only --tmpfs /tmp --volume "$work/srv:/srv" --workdir /srv --entrypoint /bin/sh "$BRIDGEHEAD_IMAGE" -ec '
    bridgehead pki init --trust-domain corp.example --folder pki
    bridgehead pki node --authority pki --site west --node west-a --folder .
    bridgehead pki operator --authority pki --name ada --folder operator' >/dev/null
cat > "$work/srv/gateway.yaml" <<END
node: west-a
site: { name: west }
identity: { trustDomain: corp.example, files: { bundle: ca.crt } }
listeners: [ { name: http, address: 0.0.0.0, port: 8080, unsafePublicPlaintext: true } ]
cluster: { address: 127.0.0.1 }
state: { directory: /var/lib/bridgehead/state }
END
sh -ec "$(block | sed -n '/^docker run/,/[^\\]$/p')" >/dev/null
until_true "the health check calls the node healthy" 60 health gateway
[ "$(docker exec gateway cat /proc/1/status | awk '/^Uid:/ { print $2 }')" = 10001 ] || fail "the node does not run as 10001"
if docker exec gateway cp /etc/passwd /usr/here 2>/dev/null; then fail "the root can be written"; fi
docker run --detach --name hello --entrypoint /bin/sh "$BRIDGEHEAD_IMAGE" -c \
    "while true; do printf 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n' | busybox nc -l -p 8000; done" >/dev/null
docker exec --interactive gateway sh -c 'cat > /tmp/hello.yaml' <<END
apiVersion: bridgehead.io/v1
kind: Service
metadata: { name: hello }
spec:
  hostnames: [ hello.example.internal ]
  sites: { west: { endpoints: [ "$(docker inspect --format '{{ .NetworkSettings.IPAddress }}' hello):8000" ] } }
END
docker exec gateway bridgehead apply -f /tmp/hello.yaml --certificate /etc/bridgehead/operator/operator.crt --key /etc/bridgehead/operator/operator.key --wait 30000
until_true "the node passes requests on" 30 is 8080 hello
docker exec gateway bridgehead status
docker stop --time 45 gateway >/dev/null
[ "$(docker inspect --format '{{ .State.ExitCode }}' gateway)" = 143 ] || fail "the node ended with $(docker inspect --format '{{ .State.ExitCode }}' gateway); expected 143"
docker rm --force --volumes gateway hello >/dev/null

say "Three sites, by compose.yaml"
"${compose[@]}" --no-ansi up --detach 2>&1 | grep -v -e '\.\.\.' || true
for site in aws azure gcp; do
    until_true "$site is healthy" 90 health "sites_${site}_1"
done
"${compose[@]}" exec -T aws bridgehead apply -f /hello.yaml --wait 30000
for site in aws:8081 azure:8082 gcp:8083; do
    until_true "${site%:*} answers itself" 60 is "${site#*:}" "${site%:*}"
done
"${compose[@]}" --no-ansi stop hello-aws 2>/dev/null
until_true "azure answers for aws" 60 is 8081 azure
docker kill sites_azure_1 sites_hello-azure_1 >/dev/null
until_true "gcp answers for aws and azure" 60 is 8081 gcp
docker start sites_hello-azure_1 sites_azure_1 >/dev/null
until_true "azure is back with what it knew" 90 is 8082 azure
"${compose[@]}" --no-ansi down --volumes --timeout 45 2>/dev/null
echo "1 passed, 0 failed"
