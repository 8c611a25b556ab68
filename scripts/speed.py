"""Training speed beside PyTorch, in one sitting, SGD with momentum.

Runs this project's `steps_per_second` example and `pytorch_steps.py` in turn, several rounds, and
prints the medians and the medians of the ratios as Markdown tables. Keep the machine quiet
meanwhile: PyTorch on two threads all but stops when something else holds a core.

usage: pip install torch && python scripts/speed.py [ROUNDS] [NETWORK...]
"""

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ["cargo", "build", "-p", "experiments", "--example", "steps_per_second"]
# By cargo, as a user runs it: it sets what the allocator is to do (.cargo/config.toml).
OURS = ["cargo", "run", "--quiet", *PACKAGE[2:], "--"]
THEIRS = ROOT / "scripts/pytorch_steps.py"

# Each network with its batch and how many steps are timed.
NETWORKS = {
    "lenet-300-100": (64, 2000),
    "lenet-5": (64, 600),
    "lenet-5-caffe": (64, 300),
    "resnet-20": (128, 12),
    "vgg-16": (64, 8),
}
# Runs, threads of each, and words.
OURS_CASES = {
    "ours, one run": (1, 1, []),
    "ours, one run, masked": (1, 1, ["masked"]),
    "ours, one run on 2 threads": (1, 2, []),
    "ours, two runs side by side": (2, 1, []),
}
THEIR_CASES = {
    "PyTorch, 1 thread": (1, []),
    "PyTorch, 1 thread, masked": (1, ["masked"]),
    "PyTorch, 2 threads": (2, []),
}
RATIOS = [
    ("ours, one run", "PyTorch, 1 thread"),
    ("ours, one run, masked", "PyTorch, 1 thread, masked"),
    ("ours, one run on 2 threads", "PyTorch, 2 threads"),
    ("ours, two runs side by side", "PyTorch, 2 threads"),
    ("ours, one run, masked", "ours, one run"),
]


def cases(network: str) -> dict[str, list]:
    batch, steps = NETWORKS[network]
    words = [network, f"batch={batch}"]
    commands = {}
    # A mask costs the same number of operations on any network; it is felt on the smallest.
    masked = network == "lenet-300-100"
    for name, (runs, threads, more) in OURS_CASES.items():
        if more and not masked:
            continue
        commands[name] = [*OURS, runs, steps, *words, f"threads={threads}", *more]
    for name, (threads, more) in THEIR_CASES.items():
        if more and not masked:
            continue
        commands[name] = [sys.executable, THEIRS, threads, steps, *words, *more]
    return commands


def steps_per_second(command: list) -> float:
    arguments = [str(part) for part in command]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def show(network: str, measured: dict[str, list[float]]) -> None:
    print(f"\n{network}, batch {NETWORKS[network][0]}:\n")
    print("| | steps per second, median | lowest | highest |\n|---|---|---|---|")
    for name, values in measured.items():
        print(f"| {name} | {statistics.median(values):.3g} | {min(values):.3g} | {max(values):.3g} |")
    print("\n| ratio | median of the rounds | lowest | highest |\n|---|---|---|---|")
    for over, under in RATIOS:
        if over not in measured:
            continue
        ratios = [a / b for a, b in zip(measured[over], measured[under])]
        print(f"| {over} / {under} | {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")
    sys.stdout.flush()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    networks = sys.argv[2:] or list(NETWORKS)
    subprocess.run(PACKAGE, check=True, cwd=ROOT)
    for network in networks:
        measured = {name: [] for name in cases(network)}
        for _ in range(rounds):
            for name, command in cases(network).items():
                measured[name].append(steps_per_second(command))
        show(network, measured)


if __name__ == "__main__":
    main()
