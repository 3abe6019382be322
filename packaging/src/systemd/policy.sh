#!/usr/bin/env bash
# Holds the Debian package against Debian's policy: no error and no warning of lintian but for those that the package says why it has. Needs lintian.
#
#   policy.sh TARGET [VERSION]     TARGET holds the package: packaging/target; VERSION says which one, where there are several
set -euo pipefail
target=$(cd "$1" && pwd)
for program in lintian dpkg; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install lintian dpkg" >&2; exit 1; }
done
version=${2:-*}
# shellcheck disable=SC2206 # without a version whatever is there
packages=("$target"/bridgehead_${version//-/\~}_"$(dpkg --print-architecture)".deb)
[ "${#packages[@]}" = 1 ] || { echo "there are several packages in $target; expected the version of one as second argument" >&2; exit 1; }
[ -f "${packages[0]}" ] || { echo "no package of ${2:-any version} for $(dpkg --print-architecture) in $target: mvn -Pdist verify -DskipTests makes it" >&2; exit 1; }
lintian --fail-on error,warning "${packages[0]}"
echo "1 passed, 0 failed"
