#!/bin/sh
# Installs what the real targets need on Debian 12: the XenStore daemons of Xen 4.17, the command-line clients, a C
# compiler for the preload library, the public headers that the block layouts are compared with, and the SPIN model
# checker that the checker is compared with. Starts no service and leaves the boot menu alone. May be run again at any time.
set -eu

packages="xen-utils-4.17 xenstore-utils gcc libc6-dev libxen-dev spin"

fail() {
	echo "install-real-targets: $*" >&2
	exit 1
}

[ -r /etc/os-release ] || fail "this needs Debian 12; there is no /etc/os-release here"
. /etc/os-release
[ "${ID:-}" = debian ] || fail "this needs Debian 12; this is ${PRETTY_NAME:-unknown}. Install the daemons of Xen 4.17 below /usr/lib/xen-4.17/bin, and gcc, by hand"
[ "$(dpkg --print-architecture)" = amd64 ] || fail "software Xen needs amd64; this is $(dpkg --print-architecture)"

missing=
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
	echo "Everything is installed:" $packages
	exit 0
fi

if [ "$(id -u)" = 0 ]; then
	root=
elif command -v sudo >/dev/null; then
	root=sudo
else
	fail "run this as root: installing$missing needs it, and there is no sudo"
fi

echo "Installing$missing without starting any service."

# A policy of 101 keeps package scripts from starting services; one that the administrator made stays as it is.
policy=/usr/sbin/policy-rc.d
ours=
if ! [ -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
	$root chmod 755 "$policy"
	ours=yes
fi
restore() {
	[ -z "$ours" ] || $root rm -f "$policy"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM

$root apt-get update -q
# Recommended packages would bring a hypervisor for the next boot, which nobody asked for.
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
echo "Done. 'xenconf targets' lists what can be tested now."
