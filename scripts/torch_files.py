"""Small files as torch.save writes them, for the tests of how weights are read.

    python scripts/torch_files.py crates/models/tests/torch

All hold the network of crates/models/tests/small: tensor number t of its state_dict, counters aside, has
the values 1 + sin(0.1 k + t) / 2 at the flat index k. Made with PyTorch 2.15.
"""

import pathlib
import sys

import torch
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(6, 3)


def filled():
    net = Small()
    tensors = [tensor for name, tensor in net.state_dict().items() if "num_batches" not in name]
    for t, tensor in enumerate(tensors):
        k = torch.arange(tensor.numel(), dtype=torch.float64)
        tensor.copy_((1 + torch.sin(0.1 * k + t) / 2).reshape(tensor.shape))
    return net


def main(folder):
    folder.mkdir(exist_ok=True)
    net = filled()
    state = net.state_dict()
    save = lambda what, name, **options: torch.save(what, folder / name, **options)
    save(state, "state_dict.pt")
    save(state, "legacy.pt", _use_new_zipfile_serialization=False)
    save(net, "module.pt")

    # A training's checkpoint, of a network that is wrapped for several devices.
    wrapped = nn.DataParallel(net)
    optimiser = torch.optim.SGD(wrapped.parameters(), lr=0.1, momentum=0.9)
    for parameter in wrapped.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.param_groups[0]["lr"] = 0.0
    optimiser.step()
    checkpoint = {"epoch": 3, "state_dict": wrapped.state_dict(), "optimizer": optimiser.state_dict()}
    save(checkpoint, "checkpoint.pth")
    save({"model": state, "ema": state}, "twice.pt")

    # Other types, a transposed view, and names of others.
    other = {name: tensor.clone() for name, tensor in state.items()}
    other["conv1.weight"] = other["conv1.weight"].double()
    other["conv2.weight"] = other["conv2.weight"].half()
    other["bn1.weight"] = other["bn1.weight"].bfloat16()
    weight = other.pop("fc.weight")
    other["linear.weight"] = weight.t().contiguous().t()
    other["linear.bias"] = other.pop("fc.bias")
    save(other, "types.pt")
    other["bn2.bias"] = other["bn2.bias"].long()
    save(other, "integers.pt")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
