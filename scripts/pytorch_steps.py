"""Training steps per second of PyTorch, for the same work as the steps_per_second example:
LeNet-300-100, batch 64, SGD with momentum, images in one tensor, a batch gathered by index.

usage: pytorch_steps.py THREADS [STEPS] [dense|masked]
"""

import sys
import time

import torch
from torch import nn


def main() -> None:
    threads = int(sys.argv[1])
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    masked = "masked" in sys.argv
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    count, batch = 12_800, 64
    images, labels = torch.randn(count, 784), torch.arange(count) % 10
    network = nn.Sequential(
        nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)
    )
    weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
    masks = [(torch.rand_like(weight) < 0.1).float() for weight in weights]
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    loss_of = nn.CrossEntropyLoss()

    def train(steps: int) -> None:
        order = torch.randperm(count)
        for step in range(steps):
            start = step * batch % count
            if start == 0:
                order = torch.randperm(count)
            chosen = order[start : start + batch]
            loss = loss_of(network(images[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if masked:
                with torch.no_grad():
                    for weight, mask in zip(weights, masks):
                        weight.mul_(mask)

    train(100)
    started = time.perf_counter()
    train(steps)
    print(f"{steps / (time.perf_counter() - started):.1f}")


if __name__ == "__main__":
    main()
