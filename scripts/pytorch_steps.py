"""Training steps per second of PyTorch, for the same work as the steps_per_second example: SGD with
momentum, images in one tensor, a batch gathered by index.

usage: pytorch_steps.py THREADS [STEPS] [WORD...]

Words, in any order: masked; computed, for steps per second that the process computed in place of those
that went by; cuda, to compute on a graphics card; batch=128; a network: lenet-300-100, lenet-5, lenet-5-caffe,
resnet-20, vgg-16.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional

# Batches in an epoch.
BATCHES = 100


class Block(nn.Module):
    """He's basic block; where the shape changes, the shortcut is a projection."""

    def __init__(self, channels: int, units: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, units, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(units)
        self.conv2 = nn.Conv2d(units, units, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(units)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != units:
            projection = nn.Conv2d(channels, units, 1, stride, bias=False)
            self.shortcut = nn.Sequential(projection, nn.BatchNorm2d(units))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def resnet_20() -> nn.Module:
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for units in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, units, 2 if block == 0 and units > 16 else 1))
            channels = units
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def vgg_16() -> nn.Module:
    layers, channels = [], 3
    for stage in ([64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3):
        for units in stage:
            layers += [nn.Conv2d(channels, units, 3, 1, 1), nn.BatchNorm2d(units), nn.ReLU()]
            channels = units
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def lenet_5() -> nn.Module:
    """That of the SiPP authors' code."""
    layers, channels = [], 1
    for units in (6, 16):
        layers += [nn.Conv2d(channels, units, 3), nn.ReLU(), nn.MaxPool2d(2)]
        channels = units
    layers += [nn.Conv2d(16, 120, 6), nn.ReLU(), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def lenet_5_caffe() -> nn.Module:
    first = [nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2)]
    return nn.Sequential(*first, nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


def lenet_300_100() -> nn.Module:
    layers = [nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(100, 10))


NETWORKS = {
    "lenet-300-100": (lenet_300_100, (1, 28, 28)),
    "lenet-5": (lenet_5, (1, 32, 32)),
    "lenet-5-caffe": (lenet_5_caffe, (1, 28, 28)),
    "resnet-20": (resnet_20, (3, 32, 32)),
    "vgg-16": (vgg_16, (3, 32, 32)),
}


def main() -> None:
    threads = int(sys.argv[1])
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    words = sys.argv[3:]
    masked = "masked" in words
    now = time.process_time if "computed" in words else time.perf_counter
    device = torch.device("cuda" if "cuda" in words else "cpu")
    batch = next((int(word[6:]) for word in words if word.startswith("batch=")), 64)
    name = next((word for word in words if word in NETWORKS), "lenet-300-100")
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    build, shape = NETWORKS[name]
    count = BATCHES * batch
    images = torch.randn(count, *shape, device=device)
    labels = torch.arange(count, device=device) % 10
    network = build().to(device)
    weights = [m.weight for m in network.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    masks = [(torch.rand_like(weight) < 0.1).float() for weight in weights]
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    loss_of = nn.CrossEntropyLoss()

    def train(steps: int) -> None:
        order = torch.randperm(count, device=device)
        for step in range(steps):
            start = step * batch % count
            if start == 0:
                order = torch.randperm(count, device=device)
            chosen = order[start : start + batch]
            loss = loss_of(network(images[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if masked:
                with torch.no_grad():
                    for weight, mask in zip(weights, masks):
                        weight.mul_(mask)

    # A card goes on computing after the calls have returned.
    def timed(steps: int) -> float:
        started = now()
        train(steps)
        if device.type == "cuda":
            torch.cuda.synchronize()
        return now() - started

    timed(-(-steps // 20))
    print(f"{steps / timed(steps):.3f}")


if __name__ == "__main__":
    main()
