#!/usr/bin/env bash
# Five commands from nothing to a failover: two sites on this machine. Usage: quick-start.sh [FOLDER], one that is not there yet.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:-quick-start}
mkdir "$work"
cd "$work"
export HOME=$PWD/home BRIDGEHEAD_SOCKET=$PWD/west/admin.sock
mkdir home
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait' EXIT

say() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Waits a minute at most.
until_good() {
    for _ in {1..60}; do
        if "$@" > waiting.txt 2>&1; then
            return
        fi
        sleep 1
    done
    cat waiting.txt west/log east/log >&2 || true
    exit 1
}

knows_east() {
    bridgehead get nodes | grep -q east-a
}

hello() {
    say curl -sS --fail -H 'Host: hello.example.internal' http://127.0.0.1:8081/
}

# An endpoint in each site.
for site in west:8001 east:8002; do
    mkdir -p "www/${site%:*}"
    echo "served by ${site%:*}" > "www/${site%:*}/index.html"
    python3 -m http.server --directory "www/${site%:*}" --bind 127.0.0.1 "${site#*:}" > "www/${site%:*}.log" 2>&1 &
    started+=($!)
done

say bridgehead init --site west --advertise 127.0.0.1:15081 \
    --http-port 8081 --metrics-port 9081 --cluster-port 5781 --unsafe-endpoints
bridgehead run --config west/gateway.yaml > west/log 2>&1 &
started+=($!)
until_good bridgehead status

say bridgehead token create --site east --file join.tok
say bridgehead join --site east --token join.tok --advertise 127.0.0.1:15082 \
    --http-port 8082 --metrics-port 9082 --cluster-port 5782 --unsafe-endpoints
bridgehead run --config east/gateway.yaml > east/log 2>&1 &
started+=($!)
until_good knows_east

say bridgehead apply -f "$here/documents/hello.yaml" --wait 10000
hello

# Ends with 1 when it has lost a request, as on a machine that is busy with other things.
say bridgehead drill fail-site west --service hello --for 5s || echo "exit code $?"
hello
