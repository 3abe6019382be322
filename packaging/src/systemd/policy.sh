#!/usr/bin/env bash
# Holds the Debian package against Debian's policy: no error and no warning of lintian but for those that the package says why it has. Needs lintian.
#
#   policy.sh TARGET     TARGET holds the package: packaging/target
set -euo pipefail
target=$(cd "$1" && pwd)
for program in lintian dpkg; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install lintian dpkg" >&2; exit 1; }
done
packages=("$target"/bridgehead_*_"$(dpkg --print-architecture)".deb)
[ -f "${packages[0]}" ] || { echo "no package for $(dpkg --print-architecture) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }
lintian --fail-on error,warning "${packages[0]}"
echo "1 passed, 0 failed"
