#!/usr/bin/env bash
# Puts together what an array has done, once it is over:
#
#   sbatch --dependency=afterany:JOB scripts/slurm/merge.sh results/lenet
#SBATCH --job-name=merge
#SBATCH --output=slurm-%j.log
set -euo pipefail
exec "${EXPERIMENTS:-target/debug/experiments}" merge "$1"
