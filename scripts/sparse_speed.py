"""Training steps per second with the weights that are left alone, beside PyTorch in one sitting:
LeNet-300-100, batch 64, SGD with momentum, one thread each.

PyTorch trains dense layers and multiplies the weights with a mask after each step, which is what its
users have. Here `steps` gives a dense step with burn and a sparse one for each density. All take
turns for some rounds; the table has the medians. Keep the machine quiet meanwhile.

usage: pip install torch && python scripts/sparse_speed.py [ROUNDS] [SECONDS]
"""

import csv
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ["cargo", "build", "--workspace", "--example", "steps"]
OURS = ROOT / "target/debug/examples/steps"
THEIRS = ROOT / "scripts/pytorch_steps.py"
DENSITIES = ["1", "0.2", "0.05", "0.02"]


def ours(seconds: str) -> dict:
    """Steps per second by density and arithmetic."""
    command = [OURS, seconds, "lenet-300-100", *DENSITIES]
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    rows = csv.DictReader(done.stdout.splitlines())
    return {(row["density"], row["arithmetic"]): 1e6 / float(row["microseconds"]) for row in rows}


def theirs() -> float:
    command = [sys.executable, THEIRS, "1", "1000", "masked"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = sys.argv[2] if len(sys.argv) > 2 else "2"
    subprocess.run(BUILD, check=True, cwd=ROOT)
    pytorch, steps = [], {}
    for _ in range(rounds):
        pytorch.append(theirs())
        for case, value in ours(seconds).items():
            steps.setdefault(case, []).append(value)
    median = statistics.median
    print("| density | PyTorch, masked | here, masked | here, sparse | sparse / PyTorch |")
    print("|---|---|---|---|---|")
    for density in DENSITIES:
        dense, sparse = steps[density, "dense"], steps[density, "sparse"]
        ratio = median(a / b for a, b in zip(sparse, pytorch))
        cells = [f"{median(pytorch):.0f}", f"{median(dense):.0f}", f"{median(sparse):.0f}", f"{ratio:.1f}"]
        print(f"| {density} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
