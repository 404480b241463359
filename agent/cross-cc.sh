#!/bin/sh
# Prints a C compiler command for another CPU on Linux. The agent needs no C library, so any will do; where there is none,
# one is fetched (ziglang, a compiler for all targets that is a Python package), and failing that Debian's is installed.
set -eu
cpu=$1
case $cpu in
arm64) triple=aarch64 ;;
amd64) triple=x86_64 ;;
*)
	echo "cross-cc.sh: unknown CPU $cpu (arm64, amd64)" >&2
	exit 2
	;;
esac
zig_version=0.15.1
zig=build/zig-$zig_version

if command -v $triple-linux-gnu-gcc >/dev/null; then
	echo "$triple-linux-gnu-gcc -fno-tree-loop-distribute-patterns"
	exit
fi
if [ ! -x $zig/ziglang/zig ]; then
	echo "cross-cc.sh: no $triple-linux-gnu-gcc here; fetching ziglang $zig_version" >&2
	rm -rf $zig
	python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
		--target $zig "ziglang==$zig_version" >&2 || rm -rf $zig
fi
if [ -x $zig/ziglang/zig ]; then
	echo "$zig/ziglang/zig cc -target $triple-linux-musl"
	exit
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get install -qq -y gcc-$triple-linux-gnu >&2 || { apt-get update -qq >&2 && apt-get install -qq -y gcc-$triple-linux-gnu >&2; }
	echo "$triple-linux-gnu-gcc -fno-tree-loop-distribute-patterns"
	exit
fi
echo "cross-cc.sh: no compiler for linux/$cpu; install gcc-$triple-linux-gnu, or pip so that ziglang can be fetched" >&2
exit 1
