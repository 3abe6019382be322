#!/usr/bin/env bash
# The life of the Debian package under a real systemd: installs it in a container of its own (systemd-nspawn on this machine's files, through an overlay
# that is thrown away), goes through README's quick start to its failover, starts, edits, reloads, restarts under load, kills under load, upgrades to a newer
# version and back under load, removes, purges. Ends with 1 at the first thing that is not as README, docs/install.md and docs/operations.md say, whose blocks it
# types as they stand there. Needs root, systemd, systemd-container, logrotate, openssl, procps, python3, curl. Takes three minutes and a half.
#
#   life-of-a-package.sh TARGET [VERSION]     TARGET holds the package: packaging/target; VERSION says which one, where there are several
set -euo pipefail

target=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
for program in systemd-nspawn systemctl python3 curl nsenter dpkg systemd-analyze logrotate openssl script pgrep; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install systemd systemd-container logrotate openssl bsdutils procps python3 curl" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
version=${2:-*}
# shellcheck disable=SC2206 # without a version whatever is there
packages=("$target"/bridgehead_${version//-/\~}_"$(dpkg --print-architecture)".deb)
[ "${#packages[@]}" = 1 ] || { echo "there are several packages in $target; expected the version of one as second argument" >&2; exit 1; }
[ -f "${packages[0]}" ] || { echo "no package of ${2:-any version} for $(dpkg --print-architecture) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }
# shellcheck disable=SC2206 # without a version whatever is there
archives=("$target"/bridgehead-$version-linux-"$(uname -m)".tar.gz)
[ "${#archives[@]}" = 1 ] || { echo "there are several archives in $target; expected the version of one as second argument" >&2; exit 1; }
[ -f "${archives[0]}" ] || { echo "no archive of ${2:-any version} for $(uname -m) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }

work=$(mktemp -d /tmp/bridgehead-life.XXXXXX)
container=
leader=
end() {
    code=$?
    if [ "$code" -ne 0 ] && [ -n "$leader" ]; then
        tail -n 20 "$work/console"
        inside journalctl --no-pager -u bridgehead.service -n 2000 | grep -v url.path | tail -n 80 || true
    fi
    [ -z "$leader" ] || kill -s RTMIN+4 "$leader" 2>/dev/null || true
    if [ -n "$container" ]; then
        for _ in $(seq 100); do kill -0 "$container" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$container" 2>/dev/null || true
    fi
    umount "$work/root" 2>/dev/null || umount -l "$work/root" 2>/dev/null || true
    umount "$work/layer" 2>/dev/null || umount -l "$work/layer" 2>/dev/null || true
    rmdir "$work/root" "$work/layer" && rm -rf "$work"
    exit "$code"
}
trap end EXIT

say() { printf -- '-- %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
inside() { nsenter --target "$leader" --mount --uts --ipc --net --pid -- "$@"; }
shell() { inside sh -ec "$1"; }
until_true() { # what, seconds, command
    local what=$1 tries=$(($2 * 10))
    shift 2
    for _ in $(seq "$tries"); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    fail "not within time: $what"
}
state() { inside systemctl show --property "$1" --value bridgehead.service; }
ready() { [ "$(state ActiveState)" = active ]; }
load() { # from before what follows until a second after the service answers again
    shell 'rm -f /run/load-end'
    inside python3 /root/connect.py 127.0.0.1 8080 300 "$workers" /run/load-end > "$work/load" &
    loading=$!
    sleep 1
}
loaded() {
    until_true "the service answers again" 120 answers
    sleep 1
    shell 'touch /run/load-end'
    wait "$loading"
    cat "$work/load"
}
answers() { inside python3 /root/first.py 127.0.0.1 8080; }
# Who connects while the node is away waits for it: none is refused, whoever is taken gets the endpoint's answer and all of it, and nobody is left waiting.
longest=15
workers=10
none() { # kinds of outcome
    local kind
    for kind in "$@"; do
        [ "$(figure "$kind")" -eq 0 ] || fail "$(figure "$kind") requests came to: $kind"
    done
    [ "$(figure good)" -gt 20 ] || fail "hardly anything was asked"
}
# At the moment of the change each may lose the connection that it is just opening: as many as there are, all together.
resets() { [ "$(figure reset)" -le "$workers" ] || fail "$(figure reset) connections were reset; expected no more than $workers"; }
served() {
    none refused other unanswered cut
    resets
}
patiently() { python3 -c 'import sys; sys.exit(float(sys.argv[1]) > float(sys.argv[2]))' "$(figure longest)" "$longest" || fail "somebody waited for more than $longest s"; }
block() { # the block of a page that has such a line
    awk -v line="$2" '/^```/ { if (inside && index(block, line)) { printf "%s", block; exit } inside = !inside; block = ""; next } inside { block = block $0 "\n" }' \
        "$here/../../../docs/$1" > "$work/block"
    [ -s "$work/block" ] || fail "docs/$1 has no block with: $2"
    cat "$work/block"
}
figure() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/load" "$1"; }

say "A machine of its own"
mkdir "$work/layer" "$work/root"
mount -t tmpfs -o size=4g tmpfs "$work/layer"
mkdir "$work/layer/upper" "$work/layer/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/layer/upper,workdir=$work/layer/work" overlay "$work/root"
rm -rf "$work/root"/usr/lib/jvm "$work/root"/etc/bridgehead "$work/root"/var/lib/bridgehead "$work/root"/root/.bridgehead "$work/root"/etc/machine-id "$work/root"/usr/sbin/policy-rc.d
mkdir -p "$work/root/root"
# It has a network of its own without a way out, which is never online.
ln -sf /dev/null "$work/root/etc/systemd/system/systemd-networkd-wait-online.service"
cp "${packages[0]}" "$work/root/root/bridgehead.deb"
cp "$here/connect.py" "$here/first.py" "$here/stream.py" "$work/root/root/"
systemd-nspawn --quiet --directory="$work/root" --register=no --keep-unit --private-network --machine=bridgehead-life --boot systemd.unit=basic.target \
    > "$work/console" 2>&1 < /dev/null &
container=$!
booted() { # its first process is the last child of systemd-nspawn; others prepare
    kill -0 "$container" 2>/dev/null || fail "systemd-nspawn has ended: $(cat "$work/console")"
    leader=$(awk '{ print $NF }' "/proc/$container/task/$container/children")
    [ -n "$leader" ] && inside systemctl is-active --quiet basic.target
}
until_true "the machine has booted" 60 booted

say "Install"
nothing=$(date +%s%N)
shell 'ip link set lo up 2>/dev/null || true; dpkg -i /root/bridgehead.deb'
shell 'getent passwd bridgehead >/dev/null' || fail "there is no user"
[ "$(state ActiveState)" = inactive ] || fail "the service runs without a configuration"
[ "$(inside systemctl is-enabled bridgehead.service)" = enabled ] || fail "the service is not enabled"
inside systemctl start bridgehead.service
[ "$(state ActiveState)" = inactive ] || fail "the service started without a configuration"
shell 'bridgehead --version'
inside systemd-analyze security --no-pager bridgehead.service | tail -1
shell 'systemd-analyze security --no-pager --threshold=15 bridgehead.service >/dev/null' || fail "the unit scores above 1.5"

say "README's quick start, as it stands there"
{
    echo "set -eum -o pipefail; trap 'kill \$(jobs -p) 2>/dev/null || true' EXIT"
    awk '/^## Quick start by hand/ { there = 1 } there && /^```/ { if (block++) exit; next } block' "$here/../../../README.md"
} > "$work/root/root/quick-start.sh"
grep -q '^bridgehead apply' "$work/root/root/quick-start.sh" || fail "README has no quick start"
shell 'rm -rf /root/empty /root/home; mkdir /root/empty /root/home; cd /root/empty; HOME=/root/home timeout 600 bash /root/quick-start.sh' > "$work/quick" 2>&1 \
    || fail "$(cat "$work/quick"; tail -n 20 "$work"/root/root/empty/*/log)"
[ "$(grep -o 'served by [a-z]*' "$work/quick" | tr '\n' ' ')" = 'served by west served by east ' ] || fail "no failover: $(cat "$work/quick")"
say "$((($(date +%s%N) - nothing) / 1000000000)) s from nothing installed to the end of README's quick start, a failover behind it"

say "Configure and start, as docs/install.md says"
{
    echo 'set -eu; cd /root'
    block install.md 'systemctl start bridgehead ' | sed -e '/^dpkg /d; /^bridgehead join /d; /^bridgehead status/d' -e 's/aws-use1/west/; s/gw.aws.example/127.0.0.1/' \
        -e 's/^\(bridgehead init.*\)--folder/\1--unsafe-endpoints --folder/' -e 's/^systemctl start .*/begin=$(date +%s%N); &\necho $(($(date +%s%N) - begin)) > started/'
} > "$work/root/root/install.sh"
grep -q '^bridgehead init ' "$work/root/root/install.sh" || fail "docs/install.md says no more how to begin"
shell 'bash -e /root/install.sh'
say "started in $(($(cat "$work/root/root/started") / 1000000)) ms; systemctl returned when the node served"
[ "$(state ActiveState)" = active ] || fail "the service does not run"
export_socket='export BRIDGEHEAD_SOCKET=/var/lib/bridgehead/node/admin.sock;'
well() { shell "$export_socket bridgehead status >/dev/null"; }
until_true "status is well after the start" 30 well
shell 'mkdir -p /root/www && echo hello > /root/www/index.html
    systemd-run --quiet --unit=hello python3 -m http.server --directory /root/www --bind 127.0.0.1 8001
    cat > /root/hello.yaml <<END
apiVersion: bridgehead.io/v1
kind: Service
metadata: { name: hello }
spec:
  hostnames: [ hello.example.internal ]
  sites: { west: { endpoints: [ "127.0.0.1:8001" ] } }
---
apiVersion: bridgehead.io/v1
kind: Service
metadata: { name: long }
spec:
  hostnames: [ long.example.internal ]
  sites: { west: { endpoints: [ "127.0.0.1:8002" ] } }
END
    systemd-run --quiet --unit=long python3 /root/stream.py serve 8002 20'
shell "$export_socket bridgehead apply -f /root/hello.yaml --wait 10000"
asked() { inside python3 /root/connect.py 127.0.0.1 8080 0.2 1 > "$work/load"; [ "$(figure good)" -gt 0 ] && [ "$(figure other)" = 0 ]; }
until_true "the service answers" 20 asked

say "From start to the first proxied request, a member of the cluster with it"
start_bar=1000
first() { # how many milliseconds each of so many starts takes
    for _ in $(seq "$1"); do
        shell 'systemctl stop bridgehead.service; systemctl reset-failed bridgehead.service 2>/dev/null || true
            systemctl start --no-block bridgehead.service; python3 /root/first.py 127.0.0.1 8080'
        until_true "the node is ready" 60 ready
        until_true "its member of the cluster runs" 20 shell "$export_socket bridgehead status | grep -q '^cluster *\(alone\|joined\),'"
    done
}
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
times=$(first 5)
shell 'mv /usr/lib/bridgehead/lib/bridgehead.jsa /root/'
plain_times=$(first 3)
shell 'mv /root/bridgehead.jsa /usr/lib/bridgehead/lib/'
# shellcheck disable=SC2086 # lists of numbers
with=$(median $times) without=$(median $plain_times)
say "start to first proxied request: $with ms with the archive, $without ms without, ratio $(awk "BEGIN { printf \"%.2f\", $with / $without }")" \
    "(bar: $start_bar ms, $([ "$with" -lt "$start_bar" ] && echo held || echo NOT held); medians of" $times "and" $plain_times")"
[ "$with" -lt "$without" ] || fail "the archive of classes makes a start no shorter"

say "Edit and reload"
shell 'sed -i "s/{ name: http, port: 8080 }/{ name: http, port: 8080 }\n  - { name: second, port: 8088 }/" /var/lib/bridgehead/node/gateway.yaml'
inside systemctl reload bridgehead.service
shell 'python3 /root/connect.py 127.0.0.1 8088 0.2 1 | grep -q "\"refused\": 0"' || fail "the new port is not open when reload returns"
shell 'sed -i "s/name: second/name: renamed/" /var/lib/bridgehead/node/gateway.yaml'
inside systemctl reload bridgehead.service
shell 'python3 /root/connect.py 127.0.0.1 8088 0.2 1 | grep -q "\"refused\": 0"' || fail "a port whose listener has another name is closed after the reload"
shell 'cp /var/lib/bridgehead/node/gateway.yaml /root/good.yaml; echo "nonsense: 1" >> /var/lib/bridgehead/node/gateway.yaml'
if inside systemctl reload bridgehead.service 2>/dev/null; then fail "a broken configuration was taken"; fi
[ "$(state ActiveState)" = active ] || fail "a broken configuration ended the service"
shell 'cat /root/good.yaml > /var/lib/bridgehead/node/gateway.yaml'

say "Log files are rotated by the example of docs/operations.md"
shell 'cp /var/lib/bridgehead/node/gateway.yaml /root/good.yaml
    echo "telemetry: { accessLog: { path: /var/lib/bridgehead/access.log }, audit: { path: /var/lib/bridgehead/audit.log } }" >> /var/lib/bridgehead/node/gateway.yaml
    systemctl reload bridgehead.service'
block operations.md '# /etc/logrotate.d/bridgehead' > "$work/root/etc/logrotate.d/bridgehead"
line() { # which file, which path: a request's line is there
    inside curl --silent --output /dev/null --header 'Host: hello.example.internal' "http://127.0.0.1:8080/$2" && inside grep -q "$2" "/var/lib/bridgehead/$1"
}
until_true "the access log has a line" 20 line access.log before
shell 'logrotate --force /etc/logrotate.d/bridgehead' || fail "logrotate does not take the example"
until_true "the access log goes on in the new file" 20 line access.log after
shell 'grep -q before /var/lib/bridgehead/access.log.1' || fail "the old lines are not in the old file"
[ "$(inside stat --format '%U:%G %a' /var/lib/bridgehead/access.log)" = 'bridgehead:bridgehead 640' ] || fail "the new file is not as the example has it"
[ "$(state ActiveState)" = active ] || fail "the rotation ended the node"
shell 'cat /root/good.yaml > /var/lib/bridgehead/node/gateway.yaml; systemctl reload bridgehead.service; rm /etc/logrotate.d/bridgehead'

say "A renewed certificate of an ACME client, by the hook of docs/operations.md"
shell 'mkdir -p /root/lineage /etc/bridgehead/tls && chgrp bridgehead /etc/bridgehead /etc/bridgehead/tls && chmod 0750 /etc/bridgehead /etc/bridgehead/tls
    certificate() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$1" -subj /CN=shop -addext subjectAltName=DNS:shop.example \
        -keyout /root/lineage/privkey.pem -out /root/lineage/fullchain.pem 2>/dev/null; }
    certificate 20; install -m 0640 -g bridgehead /root/lineage/privkey.pem /etc/bridgehead/tls/shop.key; cp /root/lineage/fullchain.pem /etc/bridgehead/tls/shop.crt
    sed -i "s|{ name: http, port: 8080 }|&\n  - { name: shop, port: 8443, protocol: HTTPS, tls: { certificates: [ { certificate: /etc/bridgehead/tls/shop.crt, key: /etc/bridgehead/tls/shop.key } ] } }|" \
        /var/lib/bridgehead/node/gateway.yaml
    systemctl reload bridgehead.service
    certificate 80'
block operations.md RENEWED_LINEAGE > "$work/root/root/hook"
shell "$export_socket RENEWED_LINEAGE=/root/lineage sh -e /root/hook" > "$work/hook" || fail "the hook fails: $(cat "$work/hook")"
grep -q '^listener shop' "$work/hook" || fail "the hook does not show the listener: $(cat "$work/hook")"
renewed() {
    [ "$(shell 'openssl s_client -connect 127.0.0.1:8443 -servername shop.example </dev/null 2>/dev/null | openssl x509 -noout -fingerprint')" \
        = "$(inside openssl x509 -noout -fingerprint -in /root/lineage/fullchain.pem)" ]
}
until_true "clients are shown the renewed certificate" 20 renewed
shell 'cat /root/good.yaml > /var/lib/bridgehead/node/gateway.yaml; systemctl reload bridgehead.service; rm -r /etc/bridgehead/tls'

say "bridgehead top in a terminal"
shell 'mkfifo /root/keys'
inside sh -c "$export_socket exec env TERM=xterm timeout 120 script --quiet --flush --return --command 'stty cols 120 rows 40; bridgehead top' /root/screen < /root/keys" > /dev/null &
watching=$!
exec 7<> "$work/root/root/keys"
until_true "top shows the service" 60 inside grep -q hello /root/screen
printf q >&7
wait "$watching" || fail "top does not end well: $(cat "$work/root/root/screen")"
exec 7>&-

say "Restart under load"
load
inside systemctl restart bridgehead.service
loaded
say "$(figure refused) connections were refused in a restart, $(figure reset) reset"
served
patiently

say "Restart under load while a long stream is under way"
inside python3 /root/stream.py ask 127.0.0.1 8080 long.example.internal /root/begun &
streaming=$!
until_true "the stream has begun" 20 inside test -f /root/begun
load
inside systemctl restart bridgehead.service
loaded
wait "$streaming" || fail "a long stream was cut off in a restart"
say "$(figure refused) connections were refused in a restart with a long stream, $(figure reset) reset"
served
patiently

say "Another address on the same port, and back"
shell 'cp /var/lib/bridgehead/node/gateway.yaml /root/good.yaml
    sed -i "s/{ name: http, port: 8080 }/{ name: http, address: 127.0.0.1, port: 8080 }/" /var/lib/bridgehead/node/gateway.yaml
    grep -q "address: 127.0.0.1, port: 8080" /var/lib/bridgehead/node/gateway.yaml'
inside systemctl restart bridgehead.service || fail "no start with another address on the same port"
until_true "the service answers at the other address" 20 asked
shell 'cat /root/good.yaml > /var/lib/bridgehead/node/gateway.yaml'
inside systemctl restart bridgehead.service || fail "no start with every address on a port that had one"
until_true "the service answers at every address" 20 asked

say "Sockets that are not kept, by the drop-in, and kept again without it"
[ "$(state NFileDescriptorStore)" -gt 0 ] || fail "systemd keeps no sockets"
shell 'cp /usr/share/doc/bridgehead/examples/systemd/drop-ins/sockets-not-kept.conf /etc/systemd/system/bridgehead.service.d/
    systemctl daemon-reload'
inside systemctl restart bridgehead.service || fail "no start without kept sockets"
until_true "the service answers without kept sockets" 20 asked
[ "$(state NFileDescriptorStore)" -eq 0 ] || fail "systemd keeps sockets in spite of the drop-in"
load
inside systemctl restart bridgehead.service
loaded
say "$(figure refused) connections were refused in a restart without kept sockets, $(figure reset) reset"
[ "$(figure refused)" -gt 0 ] || fail "nobody was refused: sockets were kept"
none other unanswered cut
resets
shell 'rm /etc/systemd/system/bridgehead.service.d/sockets-not-kept.conf; systemctl daemon-reload'
inside systemctl restart bridgehead.service || fail "no start with kept sockets again"
until_true "the service answers with kept sockets again" 20 asked
[ "$(state NFileDescriptorStore)" -gt 0 ] || fail "systemd keeps no sockets again"

say "Kill -9 under load"
load
inside systemctl kill --signal=KILL --kill-whom=main bridgehead.service
loaded
say "$(figure refused) connections were refused after a kill, $(figure reset) reset"
none refused other
in_flight=$(($(figure reset) + $(figure unanswered) + $(figure cut)))
[ "$in_flight" -le "$workers" ] || fail "$in_flight requests ended with a process that had no more than $workers in flight"
patiently
until_true "the service is back" 20 asked

say "A process that hangs is ended by the watchdog"

shell 'mkdir -p /run/systemd/system/bridgehead.service.d
    printf "[Service]\nWatchdogSec=5s\n" > /run/systemd/system/bridgehead.service.d/watchdog.conf
    systemctl daemon-reload && systemctl restart bridgehead.service'
restarts=$(state NRestarts)
inside systemctl kill --signal=STOP --kill-whom=main bridgehead.service
again() { [ "$(state NRestarts)" != "$restarts" ] && [ "$(state ActiveState)" = active ]; }
until_true "the watchdog has the node started again" 60 again

say "What an administrator has changed in /etc/default/bridgehead is in effect"
edited() { shell 'tr "\0" "\n" < "/proc/$(systemctl show --property MainPID --value bridgehead.service)/cmdline" | grep -qx -e -Dadministrator=was-here'; }
if edited; then fail "the node has the administrator's option before it is set"; fi
shell 'sed -i "s/^#BRIDGEHEAD_JAVA_OPTS=.*/BRIDGEHEAD_JAVA_OPTS=-Dadministrator=was-here/" /etc/default/bridgehead; cp /etc/default/bridgehead /root/edited
    systemctl restart bridgehead.service'
edited || fail "the node does not have the administrator's option"

say "A newer version, with one more file, and a line more in its /etc/default/bridgehead"
dpkg-deb --raw-extract "${packages[0]}" "$work/newer"
older=$(dpkg-deb --field "${packages[0]}" Version)
newer=$older+newer
sed -i "s/^Version: .*/Version: $newer/" "$work/newer/DEBIAN/control"
echo '# A line of the newer version.' >> "$work/newer/etc/default/bridgehead"
echo newer > "$work/newer/usr/lib/bridgehead/newer"
(cd "$work/newer" && md5sum usr/lib/bridgehead/newer >> DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zgzip -z1 --build "$work/newer" "$work/root/root/newer.deb" >/dev/null
rm -rf "$work/newer"

installed() { inside dpkg-query --show --showformat='${Version} ${db:Status-Status}' bridgehead; }
process() { state MainPID; }
# Types the command of docs/operations.md for a package, as it stands there.
exchange() {
    block operations.md 'force-confold -i' | sed "s/bridgehead_VERSION_amd64[.]deb/$1/" > "$work/root/root/exchange.sh"
    shell "cd /root && sh -e exchange.sh >exchange.log 2>&1 </dev/null" || fail "$(cat "$work/root/root/exchange.log")"
}
exchanged() { # what happened, the version that must be there now, how many lines the newer version has in what the package brought
    say "$(installed): $(figure refused) connections were refused in $1, $(figure reset) reset"
    [ "$(installed)" = "$2 installed" ] || fail "not $2 after $1"
    [ "$(state ActiveState)" = active ] || fail "the service does not run after $1"
    [ "$(process)" != "$before" ] || fail "the node was not restarted in $1"
    served
    patiently
    edited || fail "the administrator's option is not in effect after $1"
    shell 'cmp /etc/default/bridgehead /root/edited' || fail "the administrator's file is another one after $1"
    [ "$(shell 'grep -c "of the newer version" /etc/default/bridgehead.dpkg-dist || true')" = "$3" ] || fail "the package's own file is not beside the administrator's after $1"
    [ "$(shell 'dpkg --verify bridgehead' | tr -s ' ')" = '??5?????? c /etc/default/bridgehead' ] || fail "not the files of the package after $1"
}

say "Upgrade under load"
before=$(process)
load
exchange newer.deb
loaded
inside dpkg --compare-versions "$(inside dpkg-query --show --showformat='${Version}' bridgehead)" gt "$older" || fail "the version did not rise"
exchanged "an upgrade" "$newer" 1
shell 'test -f /usr/lib/bridgehead/newer' || fail "the newer file is not there"

say "And back, under load"
before=$(process)
load
exchange bridgehead.deb
loaded
exchanged "a downgrade" "$older" 0
shell 'test ! -e /usr/lib/bridgehead/newer' || fail "the newer file is still there"
until_true "status is well after the downgrade" 30 well

say "Without a terminal and without these options dpkg stops at its question, and the node runs on"
before=$(process)
if shell 'dpkg -i /root/newer.deb >/root/stopped 2>&1 </dev/null'; then fail "dpkg has not asked"; fi
shell 'grep -q "/etc/default/bridgehead" /root/stopped' || fail "dpkg stopped at something else: $(cat "$work/root/root/stopped")"
[ "$(process)" = "$before" ] || fail "the node was restarted"
asked || fail "the node does not serve"
shell "$(block operations.md 'force-confold --configure') >/dev/null 2>&1 </dev/null" || fail "what docs/operations.md says then does not work"
until_true "the service answers after the question" 20 asked
[ "$(installed)" = "$newer installed" ] || fail "the newer version is not installed after the question"
[ "$(process)" != "$before" ] || fail "the node was not restarted after the question"
edited || fail "the administrator's option is not in effect after the question"

say "Remove, and purge"
shell 'dpkg -r bridgehead >/dev/null'
shell 'test -f /var/lib/bridgehead/node/gateway.yaml && test -f /etc/default/bridgehead' || fail "remove has taken data away"
shell '! pgrep -u bridgehead' || fail "the node runs after remove"
shell 'dpkg -P bridgehead >/dev/null'
shell 'test ! -e /var/lib/bridgehead && test ! -e /etc/bridgehead && ! ls /etc/default/bridgehead* 2>/dev/null && test ! -e /usr/lib/bridgehead' \
    || fail "purge has left something"

say "Without a package, from the tar.gz, as docs/operations.md says"
tar -xzf "${archives[0]}" -C "$work/root/opt"
{
    echo 'set -eu; cd /root; rm -rf /etc/systemd/system/bridgehead.service.d /run/systemd/system/bridgehead.service.d'
    echo "ln -s $(basename "${archives[0]}" "-linux-$(uname -m).tar.gz") /opt/bridgehead"
    block operations.md /opt/bridgehead/systemd/bridgehead.sysusers | sed -e '/^bridgehead status/d' -e 's|<pki>|/root/pki|' -e 's|^bridgehead pki node|bridgehead pki init --trust-domain corp.example --folder /root/pki\n&|'
} > "$work/root/root/archive.sh"
grep -q '^bridgehead pki node' "$work/root/root/archive.sh" || fail "docs/operations.md says no more how to install by hand"
shell 'cat > /root/gateway.yaml <<END
node: aws-use1-a
site: { name: aws-use1 }
identity: { trustDomain: corp.example, files: { bundle: ca.crt } }
listeners: [ { name: http, port: 8080 } ]
cluster: { address: 127.0.0.1 }
END
    mkdir -p /etc/bridgehead && cp /root/gateway.yaml /etc/bridgehead/ && bash -e /root/archive.sh' || fail "what docs/operations.md says of an installation by hand does not work"
[ "$(state ActiveState)" = active ] || fail "the service does not run from /opt"
by_hand() { inside bridgehead status >/dev/null; }
until_true "status is well from /opt" 30 by_hand
echo "1 passed, 0 failed"
