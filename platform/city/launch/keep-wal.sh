#!/bin/sh
# PostgreSQL's archive_command: keeps one WAL file, compressed, whole or not at all, and never in
# place of a different one. The folder is not made here: where it is missing, its disk is away.
#   keep-wal.sh PATH NAME FOLDER
set -eu
umask 077
kept=$3/$2.gz
part=$3/.$2.part

if [ -e "$kept" ]; then
    # kept before a crash that PostgreSQL did not hear of, or another cluster's
    if ! gzip -dc -- "$kept" | cmp -s -- - "$1"; then
        echo "$kept is there and differs from $1" >&2
        exit 1
    fi
else
    gzip -1 -n -c -- "$1" >"$part"
    sync -- "$part"
    mv -- "$part" "$kept"
fi
sync -- "$kept" "$3"
