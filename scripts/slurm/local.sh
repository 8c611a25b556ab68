#!/usr/bin/env bash
# A real Slurm on this one machine, a controller and two nodes, one of which is killed in the middle:
#
#   apt-get install slurm-wlm && scripts/slurm/local.sh results/slurm
#
# As root. Controller and nodes have host names of their own, and each node has its own process numbers, so that
# killing a node's first process ends all that runs on it, as a power cut would, and processes of
# different nodes cannot look at each other. Writes log.txt, and the tables that came out.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ ${INSIDE:-} != yes ]]; then
    exec env INSIDE=yes unshare --uts --mount "$0" "$@"
fi
out=$1
binary=$(realpath "${EXPERIMENTS:-target/debug/experiments}")
hostname controller
lab=$(mktemp -d)
mkdir -p "$lab/state" "$lab/work" "$out"
cp scripts/slurm/{array.sh,merge.sh,example.toml} "$lab/work"
# Names without a path, so that no log has one of this machine's.
ln -s "$binary" "$lab/work/experiments"
export EXPERIMENTS=./experiments SLURM_CONF="$lab/slurm.conf" RUST_BACKTRACE=0

cat >"$SLURM_CONF" <<CONF
ClusterName=lab
SlurmctldHost=controller(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdTimeout=20
BatchStartTimeout=5
StateSaveLocation=$lab/state
SlurmdSpoolDir=$lab/spool-%n
SlurmctldPidFile=$lab/controller.pid
SlurmdPidFile=$lab/%n.pid
SlurmctldLogFile=$lab/controller.log
SlurmdLogFile=$lab/%n.log
NodeName=node1 NodeHostname=node1 NodeAddr=127.0.0.1 Port=17001 CPUs=1
NodeName=node2 NodeHostname=node2 NodeAddr=127.0.0.1 Port=17002 CPUs=1
PartitionName=main Nodes=ALL Default=YES State=UP
CONF

node() { # Starts a node, in the background.
    unshare --uts --pid --fork --kill-child --mount-proc bash -c "hostname $1; exec slurmd -D -N $1" &>>"$lab/$1.out" &
}
stop() {
    scontrol shutdown &>/dev/null || true
    kill "${nodes[@]}" 2>/dev/null || true
    sleep 2
}
say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
show() { # Runs a command and shows what it says.
    say "\$ $*"
    "$@" 2>&1 | sed 's/^/        /'
}

mkdir -p /run/munge && chown munge:munge /run/munge
pgrep -x munged >/dev/null || runuser -u munge -- /usr/sbin/munged 2>/dev/null
slurmctld
nodes=()
node node1 && nodes+=($!)
node node2 && nodes+=($!)
trap stop EXIT

experiment() {
    cd "$lab/work"
    until sinfo -h -N -o %t | grep -c idle | grep -q 2; do sleep 1; done
    show sinfo -N
    show sbatch --array=1-2 array.sh example.toml results --lease 10
    finished() { find results/done -type f 2>/dev/null | wc -l; }
    # Until the second task is in the middle of a run that goes from density to density.
    until [[ $(finished) -ge 8 ]] && ls results/workers/task-2/checkpoints/*-rounds.safetensors &>/dev/null; do sleep 0.1; done
    show squeue -o '%i %j %t %N'
    show ./experiments status results
    say "node2 dies"
    kill -KILL "$(pgrep -P "${nodes[1]}")"
    until sinfo -h -n node2 -o %t | grep -q down; do sleep 1; done
    say "the controller has noticed"
    show sinfo -N
    show squeue -o '%i %j %t %N'
    show ./experiments status results
    say "node2 comes back"
    node node2 && nodes+=($!)
    until [[ -z $(squeue -h) ]]; do sleep 1; done
    show ./experiments status results
    show sbatch merge.sh results
    until [[ -z $(squeue -h) ]]; do sleep 1; done
    show tail -n 1 "$(ls -t slurm-*.log | head -n 1)"
    show grep -h -e "goes on" -e "has gone" results/workers/task-1/log.txt results/workers/task-2-2/log.txt
    say "the same in one process"
    ./experiments example.toml --results alone --jobs 1 --quiet >/dev/null
    show python3 - <<'PYTHON'
import csv
for name in ["runs", "curves", "layers", "history", "certificates"]:
    tables = []
    for folder in ["results", "alone"]:
        lines = list(csv.reader(open(f"{folder}/{name}.csv")))
        keep = [i for i, column in enumerate(lines[0]) if not column.startswith("seconds")]
        tables.append([[line[i] for i in keep] for line in lines])
    assert tables[0] == tables[1], name
    print(f"{name}.csv: {len(tables[0]) - 1} rows, the same in both, times aside")
PYTHON
}
(experiment) 2>&1 | tee "$out/log.txt"
cp "$lab"/work/results/{runs,curves}.csv "$out/"
say "Slurm's own logs are in $lab"
