#!/usr/bin/env bash
# A job array in which every task does runs of one experiment, until all of them are finished:
#
#   sbatch --array=1-8 scripts/slurm/array.sh configs/lenet.toml results/lenet [more options of `run`]
#
# The results folder must be on a disk that all nodes see. A task that dies is put into the queue again, and
# its runs go on where they were: in another task as soon as the dead one was silent for the lease.
#SBATCH --job-name=experiments
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=slurm-%A_%a.log
# Before the time limit, so that nobody has to wait for the lease.
#SBATCH --signal=B:INT@60
set -euo pipefail
config=$1
results=$2
shift 2
exec "${EXPERIMENTS:-target/debug/experiments}" run "$config" --results "$results" \
    --jobs "${SLURM_CPUS_PER_TASK:-1}" --worker "task-$SLURM_ARRAY_TASK_ID" "$@"
