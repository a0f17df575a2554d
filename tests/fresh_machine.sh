#!/usr/bin/env bash
# Proves the two commands on a machine that has only Python and git: makes a minimal Debian in a
# folder, clones the committed state of this checkout under a home folder of mode 700, and runs it
# there, timed. Needs root, debootstrap and the network; see docs/develop.md.
#
#   tests/fresh_machine.sh [--keep] [--test] [--suite bookworm] [FOLDER]
set -euo pipefail

keep='' run_tests='' suite=bookworm folder=
while [ $# -gt 0 ]; do
    case $1 in
    --keep) keep=1 ;;
    --test) run_tests=1 ;;
    --suite) suite=$2 && shift ;;
    -*) sed -n '2,8p' "$0" && exit 2 ;;
    *) folder=$1 ;;
    esac
    shift
done
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(realpath -m "${folder:-${TMPDIR:-/tmp}/zhihui-fresh}")
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
http_port=${ZHIHUI_HTTP_PORT:-8000}
home=/srv/newcomer # in the new root

[ "$(id -u)" = 0 ] || { echo "run it as root: chroot and mounts need it" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "apt-get install debootstrap" >&2; exit 1; }

# a mount and process namespace of its own: whatever happens, nothing stays mounted or running
if [ "${ZHIHUI_FRESH_INSIDE:-}" != 1 ]; then
    export ZHIHUI_FRESH_INSIDE=1
    exec unshare --mount --pid --fork --kill-child "$0" ${keep:+--keep} ${run_tests:+--test} \
        --suite "$suite" "$folder"
fi

seconds() { date +%s.%N; }
timed() { # timed NAME COMMAND …
    local name=$1 begun
    shift
    begun=$(seconds)
    "$@"
    printf '== %-34s %6.1f s\n' "$name" "$(echo "$(seconds) $begun" | awk '{print $1 - $2}')"
}

make_root() {
    if [ ! -e "$folder/etc/debian_version" ]; then
        debootstrap --variant=minbase --include=python3,git,ca-certificates "$suite" "$folder" "$mirror" \
            >"$folder.log" 2>&1 || { tail -n 20 "$folder.log" >&2; return 1; }
    fi
    if [ "$suite" = bookworm ]; then
        printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s-security bookworm-security main\n' \
            "$mirror" "$mirror" "$mirror" >"$folder/etc/apt/sources.list"
    fi
    cp /etc/resolv.conf "$folder/etc/resolv.conf"
    # a company's certificate authority, where one stands in between
    cp -r /etc/ssl/certs/. "$folder/etc/ssl/certs/"
    mkdir -p "$folder/proc" "$folder/dev" "$folder/sys"
    mount -t proc proc "$folder/proc"
    mount --rbind /dev "$folder/dev"
    mount -t tmpfs -o size=512m tmpfs "$folder/dev/shm"
}

clone() {
    rm -rf "${folder:?}$home"
    mkdir -p "$folder$home" && chmod 700 "$folder$home"
    git clone -q --no-hardlinks "$checkout" "$folder$home/zhihui"
}

inside() { # inside COMMAND …: in the clone, with a bare environment
    local names=(http_proxy https_proxy no_proxy PIP_INDEX_URL UV_DEFAULT_INDEX ZHIHUI_HJ212_PORT
        ZHIHUI_JT808_PORT) given=() name
    for name in "${names[@]}"; do
        [ -z "${!name:-}" ] || given+=("$name=${!name}")
    done
    chroot "$folder" env -i "HOME=$home" PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C \
        "ZHIHUI_HTTP_PORT=$http_port" "${given[@]}" \
        sh -c 'cd ~/zhihui && exec "$@"' sh "$@"
}

answers() {
    inside python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:$http_port/admin/login/').status)"
}

without_rights() { # an ordinary user without sudo gets one line to copy
    local said
    said=$(chroot "$folder" setpriv --reuid=65534 --regid=65534 --clear-groups env -i \
        PATH=/usr/bin:/bin ZHIHUI_DATA=/tmp/nobody sh /tmp/zhihui/zhihui up 2>&1) && return 1
    grep -F "apt-get install" <<<"$said"
}

timed "debootstrap" make_root
clone
if ! chroot "$folder" sh -c 'ls /usr/lib/postgresql' >/dev/null 2>&1; then
    cp -r "$folder$home/zhihui" "$folder/tmp/zhihui"
    timed "up without root or sudo" without_rights
    rm -r "$folder/tmp/zhihui"
fi
timed "first up" inside ./zhihui up --detach
answers
inside ./zhihui status
inside ./zhihui doctor || true
timed "down" inside ./zhihui down
timed "second up" inside ./zhihui up --detach
answers
timed "backup" inside ./zhihui backup /tmp/state.tar
timed "restore while it runs" inside ./zhihui restore /tmp/state.tar
timed "down" inside ./zhihui down
[ -z "$run_tests" ] || timed "test" inside ./zhihui test
umount -l "$folder/dev/shm" "$folder/dev" "$folder/proc"
[ -n "$keep" ] || rm -rf "$folder" "$folder.log"
