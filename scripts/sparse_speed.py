"""Training steps per second and core with the weights that are left alone, beside dense steps here and in
PyTorch, in one sitting; batch, optimiser and weight decay are those of the configurations.

PyTorch trains dense layers and multiplies the weights with a mask after each step, on one thread: that is
all its users have. Here `experiments calibrate --check` measures dense and sparse steps in turn. All take
turns for some rounds; the tables have the medians. Time is what the process (PyTorch) or the thread (here)
computed, so that other work on the machine disturbs little.

Writes results/speed: steps.csv and plots from the last round, pytorch.csv.

usage: pip install torch && python scripts/sparse_speed.py MNIST CIFAR-10 [ROUNDS]
"""

import csv
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ["cargo", "build", "--locked", "-p", "experiments"]
OURS = ROOT / "target/debug/experiments"
THEIRS = ROOT / "scripts/pytorch_steps.py"
OUT = ROOT / "results/speed"

# Each network with its configuration, which data, PyTorch's steps, and densities of the table.
NETWORKS = {
    "lenet-300-100": ("lenet.toml", "mnist", 800, ["0.2", "0.05", "0.02"]),
    "lenet-5": ("lenet-5.toml", "mnist", 60, ["0.05"]),
    "resnet-20": ("quick/resnet20.toml", "cifar", 4, ["0.05"]),
}


def ours(config: str, data: str) -> None:
    """Measures, and puts the rows into results/speed."""
    command = [OURS, "calibrate", ROOT / "configs" / config, "--data", data, "--again"]
    command += ["--check", "--out", OUT]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def rows(network: str) -> list:
    with open(OUT / "steps.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["network"] == network]


def theirs(network: str, batch: str, steps: int) -> float:
    command = [sys.executable, THEIRS, "1", str(steps), "masked", "computed", network, f"batch={batch}"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    data = {"mnist": sys.argv[1], "cifar": sys.argv[2]}
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    subprocess.run(BUILD, check=True, cwd=ROOT)
    measured, pytorch = {}, {}
    for _ in range(rounds):
        for network, (config, which, steps, _) in NETWORKS.items():
            ours(config, data[which])
            for row in rows(network):
                if row["mask"] == "alike":
                    times = [float(row[f"{kind}_microseconds"]) for kind in ("dense", "sparse")]
                    measured.setdefault((network, row["density"]), []).append(times)
            batch = rows(network)[0]["batch_size"]
            pytorch.setdefault((network, batch), []).append(theirs(network, batch, steps))
    with open(OUT / "pytorch.csv", "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["network", "batch_size", "steps_per_second"])
        table.writerows([*case, value] for case, values in pytorch.items() for value in values)
    median = statistics.median
    print("| network, batch | density | PyTorch, masked | here, masked | here, sparse | sparse / masked here | sparse / PyTorch |")
    print("|---|---|---|---|---|---|---|")
    for (network, batch), values in pytorch.items():
        for density in NETWORKS[network][3]:
            times = measured[network, density]
            dense, sparse = (median(1e6 / pair[kind] for pair in times) for kind in (0, 1))
            gain = median(pair[0] / pair[1] for pair in times)
            beside = median(1e6 / pair[1] / value for pair, value in zip(times, values))
            cells = [f"{value:.4g}" for value in (median(values), dense, sparse)]
            print(f"| {network}, {batch} | {density} | {' | '.join(cells)} | {gain:.1f} | {beside:.1f} |")


if __name__ == "__main__":
    main()
