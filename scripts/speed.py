"""Training speed beside PyTorch, in one sitting: LeNet-300-100, batch 64, SGD with momentum.

Runs this project's `steps_per_second` example and `pytorch_steps.py` in turn, several rounds, and
prints the medians and the medians of the ratios as a Markdown table. Keep the machine quiet
meanwhile.

usage: pip install torch && python scripts/speed.py [ROUNDS] [STEPS]
"""

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ["cargo", "build", "-p", "experiments", "--example", "steps_per_second"]
OURS = ROOT / "target/debug/examples/steps_per_second"
THEIRS = ROOT / "scripts/pytorch_steps.py"

CASES = {
    "ours, one run": [OURS, "1"],
    "ours, one run, masked": [OURS, "1", "masked"],
    "PyTorch, 1 thread": [sys.executable, THEIRS, "1"],
    "PyTorch, 1 thread, masked": [sys.executable, THEIRS, "1", "masked"],
    "ours, two runs side by side": [OURS, "2"],
    "PyTorch, 2 threads": [sys.executable, THEIRS, "2"],
}
RATIOS = [
    ("ours, one run", "PyTorch, 1 thread"),
    ("ours, one run, masked", "PyTorch, 1 thread, masked"),
    ("ours, two runs side by side", "PyTorch, 2 threads"),
    ("ours, one run, masked", "ours, one run"),
]


def steps_per_second(command: list, steps: int) -> float:
    # The number of steps goes before the word "masked".
    position = 2 if command[0] == OURS else 3
    arguments = [str(part) for part in command[:position]] + [str(steps)] + [str(p) for p in command[position:]]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    subprocess.run(PACKAGE, check=True, cwd=ROOT)
    measured = {name: [] for name in CASES}
    for _ in range(rounds):
        for name, command in CASES.items():
            measured[name].append(steps_per_second(command, steps))
    print("| | steps per second, median | lowest | highest |\n|---|---|---|---|")
    for name, values in measured.items():
        print(f"| {name} | {statistics.median(values):.0f} | {min(values):.0f} | {max(values):.0f} |")
    print("\n| ratio | median of the rounds | lowest | highest |\n|---|---|---|---|")
    for over, under in RATIOS:
        ratios = [a / b for a, b in zip(measured[over], measured[under])]
        print(f"| {over} / {under} | {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")


if __name__ == "__main__":
    main()
