#!/usr/bin/env bash
# A real NFS server and two clients, three virtual machines on this one, and what may go wrong with them:
#
#   apt-get install qemu-system-x86 busybox-static nfs-kernel-server nfs-common kmod e2fsprogs cpio
#   scripts/nfs/local.sh results/nfs
#
# Each machine has a Linux kernel of its own (Debian's, downloaded) and so caches of its own; the nodes mount the server's
# folder by NFS 4.2 with the options that are usual. To kill a machine is to kill its emulator, as a power cut
# would. ACCEL=tcg does without KVM. Writes log.txt, and the tables that came out.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "$1")
binary=$(realpath "${EXPERIMENTS:-target/debug/experiments}")
lab=$(mktemp -d)
many="seeds=[$(seq -s, 100)]"
mkdir -p "$out"
. scripts/nfs/machines.sh
. scripts/nfs/scenes.sh

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
show() { # Runs a command line in a machine, and shows what it says.
    say "$1\$ $2"
    (on "$1" "$2" || true) | sed 's/^/        /'
}
work() { # Starts a worker in a machine: folder, worker's name, other arguments.
    say "$1\$ experiments run ${5:-example.toml} --results $2 --worker $3 --lease 10${4:+ --set …}"
    on "$1" "RUST_BACKTRACE=0 setsid experiments run ${5:-example.toml} --results $2 --worker $3 --lease 10 --jobs 1 ${4:-} >/tmp/$2-$3 2>&1 &"
}
finished() { on server "ls $1/done 2>/dev/null | wc -l"; }
until_over() { # Until no worker runs in these machines.
    local node
    for node in "$@"; do until [[ $(on "$node" "pidof experiments || echo none") == none ]]; do sleep 1; done; done
}

check() { # The folder has every run once, and the tables that one process writes to a disk of its own.
    show node1 "experiments merge $1 2>&1 | tail -n 1"
    say "runs that more than one worker has finished: $(on node1 "cat $1/workers/*/runs.csv | grep -v ^run, | cut -d, -f1 | sort | uniq -d | wc -l")"
    local folder name
    for folder in "$1" "$2"; do
        mkdir -p "$lab/tables/$folder"
        for name in runs curves layers history certificates; do
            on server "cat $folder/$name.csv" >"$lab/tables/$folder/$name.csv" || rm "$lab/tables/$folder/$name.csv"
        done
    done
    (cd "$lab/tables" && python3 - "$1" "$2") <<'PYTHON' | sed 's/^/        /'
import csv, os, sys
for name in ["runs", "curves", "layers", "history", "certificates"]:
    tables = []
    there = [os.path.exists(f"{folder}/{name}.csv") for folder in sys.argv[1:]]
    assert there[0] == there[1], name
    if not there[0]:
        continue
    for folder in sys.argv[1:]:
        lines = list(csv.reader(open(f"{folder}/{name}.csv")))
        keep = [i for i, column in enumerate(lines[0]) if not column.startswith("seconds")]
        tables.append([[line[i] for i in keep] for line in lines])
    assert tables[0] == tables[1], name
    print(f"{name}.csv: {len(tables[0]) - 1} rows, the same as those of one process on a local disk, times aside")
PYTHON
}

play() {
    trap 'kill -KILL "${pids[@]}" 2>/dev/null || true' EXIT
    build
    boot server
    for file in slurm/example.toml nfs/example.toml; do
        on server "mkdir -p slurm; echo '$(base64 -w0 "scripts/$file")' | base64 -d >${file/nfs\//}"
    done
    on server "sed -i 's|../slurm|slurm|' example.toml; echo '$(base64 -w0 configs/quick/empty.toml)' | base64 -d >empty.toml"
    say "one process, on the server's own disk"
    on server "experiments example.toml --results alone --jobs 1 --quiet && experiments empty.toml --set $many --results alone-many --jobs 1 --quiet" >/dev/null
    boot node1
    boot node2
    show node1 "uname -sr; grep ' /lab ' /proc/mounts"
    for scene in ${SCENES:-killed many asleep server_dies soft}; do
        say "--- $scene"
        "$scene"
    done
}
play 2>&1 | tee "$out/log.txt"
(( ! PIPESTATUS[0] ))
cp "$lab/tables/killed/"{runs,curves}.csv "$out/"
