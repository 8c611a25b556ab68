"""Networks go from PyTorch to this program, are pruned here, and go back to PyTorch unchanged.

    python scripts/pytorch_roundtrip.py [--program FILE] [NETWORK…]

needs torch and safetensors (`pip install torch safetensors`), and cargo unless --program names a built
`experiments`; torchvision's own resnet18 is used where it is installed, and a module with the same names
where it is not. For each network, by default all below:

1. PyTorch makes it, with random weights and statistics of norms, and says what it answers to random
   images. `experiments predict` has to answer the same from its safetensors file, from `torch.save` of
   its state_dict, and from a checkpoint of the network wrapped in DataParallel with an optimiser.
2. `experiments prune` takes nine of ten weights. PyTorch loads the file with strict=True, finds the
   zeros, and answers what `experiments predict` does: the same classes, and as many as before pruning.
3. `experiments prune` takes filters and `experiments shrink` makes a small network of the rest. PyTorch
   loads that into the same module with narrower layers.

The last line tells whether all of it held; the exit code is 1 if it did not.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

# Logits agree to this share of the largest.
TOLERANCE = 1e-4


class LeNet300(nn.Module):
    images = (1, 28, 28)

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 300), nn.Linear(300, 100), nn.Linear(100, 10)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class LeNet5(nn.Module):
    images = (1, 32, 32)

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Conv2d(16, 120, 6)
        self.fc2, self.fc3 = nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)).flatten(1))))


class Vgg16(nn.Module):
    images = (3, 32, 32)

    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for count, filters in zip([2, 2, 3, 3, 3], [64, 128, 256, 512, 512]):
            for _ in range(count):
                norm = nn.BatchNorm2d(filters)
                layers += [nn.Conv2d(channels, filters, 3, padding=1), norm, nn.ReLU()]
                channels = filters
            layers.append(nn.MaxPool2d(2))
        self.features, self.classifier = nn.Sequential(*layers), nn.Linear(512, 10)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Block(nn.Module):
    def __init__(self, channels, filters, stride, padded):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.stride = stride
        if not padded and (stride != 1 or channels != filters):
            projection = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(filters))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if hasattr(self, "downsample"):
            x = self.downsample(x)
        elif x.shape != y.shape:
            x, missing = x[:, :, :: self.stride, :: self.stride], y.shape[1] - x.shape[1]
            x = F.pad(x, (0, 0, 0, 0, missing // 2, missing - missing // 2))
        return F.relu(y + x)


class Residual(nn.Module):
    def __init__(self, images, stem, pool, blocks, widths, padded=False):
        super().__init__()
        self.images, self.pool = images, pool
        self.conv1, self.bn1 = stem, nn.BatchNorm2d(stem.out_channels)
        channels = stem.out_channels
        for stage, filters in enumerate(widths):
            layer = []
            for index in range(blocks):
                stride = 2 if stage > 0 and index == 0 else 1
                layer.append(Block(channels, filters, stride, padded))
                channels = filters
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
        self.stages, self.fc = len(widths), nn.Linear(channels, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(x, 3, 2, 1) if self.pool else x
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


def resnet_20(padded=False):
    stem = nn.Conv2d(3, 16, 3, padding=1, bias=False)
    return Residual((3, 32, 32), stem, False, 3, [16, 32, 64], padded)


def resnet_18():
    try:
        from torchvision.models import resnet18
    except ImportError:
        stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        return Residual((3, 64, 64), stem, True, 2, [64, 128, 256, 512])
    network = resnet18(num_classes=10)
    network.images = (3, 64, 64)
    return network


NETWORKS = {
    "lenet-300-100": LeNet300,
    "lenet-5": LeNet5,
    "resnet-20": resnet_20,
    "resnet-20-padded": lambda: resnet_20(padded=True),
    "vgg-16": Vgg16,
    "resnet-18": resnet_18,
}


def made(name):
    """The network with weights and statistics that training might have left."""
    network = NETWORKS[name]()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network(torch.randn(16, *network.images))
    return network.eval()


def narrowed(network, tensors):
    """The module with the layers' widths in the file."""
    for name, module in list(network.named_modules()):
        weight, has_bias = tensors.get(f"{name}.weight"), f"{name}.bias" in tensors
        if isinstance(module, nn.Conv2d):
            geometry = (module.kernel_size, module.stride, module.padding)
            new = nn.Conv2d(weight.shape[1], weight.shape[0], *geometry, bias=has_bias)
        elif isinstance(module, nn.Linear):
            new = nn.Linear(weight.shape[1], weight.shape[0], bias=has_bias)
        elif isinstance(module, nn.BatchNorm2d):
            new = nn.BatchNorm2d(weight.shape[0])
        else:
            continue
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, new)
    return network.eval()


class RoundTrip:
    def __init__(self, program, name, folder):
        self.program, self.name, self.folder, self.held = program, name, folder, True
        self.network = made(name)
        self.images = torch.randn(32, *self.network.images)
        # What the dense network says, so that pruning shows.
        self.labels = self.answers(self.network).argmax(1)
        save_file({"images": self.images, "labels": self.labels}, folder / "points.safetensors")

    def check(self, what, held, found):
        self.held &= bool(held)
        print(f"{self.name}: {what}: {found}{'' if held else ' FAILED'}", flush=True)

    def experiments(self, command, **options):
        options = {"network": self.name, **options}
        called = [*self.program, command]
        for name, value in options.items():
            called += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
        done = subprocess.run(called, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(called)}: exit code {done.returncode}")
        return done.stdout

    def answers(self, network):
        with torch.no_grad():
            return network(self.images)

    def predicted(self, weights):
        out = self.folder / "logits.safetensors"
        points = self.folder / "points.safetensors"
        said = self.experiments("predict", weights=weights, points=points, out=out)
        return load_file(out)["logits"], int(said.split(" of ")[0])

    def compare(self, what, network, weights):
        ours, right = self.predicted(weights)
        theirs = self.answers(network)
        error = ((ours - theirs).abs().max() / theirs.abs().max()).item()
        classes = (ours.argmax(1) == theirs.argmax(1)).sum().item()
        known = (theirs.argmax(1) == self.labels).sum().item()
        held = error < TOLERANCE and classes == 32 and known == right
        found = f"logits differ by {error:.1e} of the largest, {classes} of 32 classes equal"
        self.check(what, held, f"{found}, {known} and {right} right")

    def here(self):
        """Files of PyTorch answer the same here."""
        state = self.network.state_dict()
        wrapped = nn.DataParallel(self.network)
        optimiser = torch.optim.SGD(wrapped.parameters(), lr=0.1, momentum=0.9)
        checkpoint = {"state_dict": wrapped.state_dict(), "optimizer": optimiser.state_dict()}
        files = [self.folder / name for name in ("w.safetensors", "w.pt", "w.pth")]
        save_file(state, files[0])
        torch.save(state, files[1])
        torch.save({"epoch": 1, **checkpoint}, files[2])
        for file in files:
            self.compare(f"PyTorch's {file.name} read here", self.network, file)

    def pruned(self):
        """Pruned here, and back."""
        out = self.folder / "pruned.safetensors"
        weights = self.folder / "w.pt"
        self.experiments("prune", weights=weights, method="magnitude", keep=0.1, out=out)
        network = NETWORKS[self.name]()
        network.load_state_dict(load_file(out), strict=True)
        weights = [p for p in network.parameters() if p.dim() > 1]
        density = sum((w != 0).sum().item() for w in weights) / sum(w.numel() for w in weights)
        self.check("density that PyTorch finds", abs(density - 0.1) < 1e-3, f"{density:.4f}")
        self.compare("pruned here, read by PyTorch", network.eval(), out)

    def shrunken(self):
        """Without the filters that were pruned, in a narrower module."""
        pruned, small = self.folder / "filters.safetensors", self.folder / "small.safetensors"
        how = {"method": "filter-norm", "scope": "global", "keep": 0.4}
        self.experiments("prune", weights=self.folder / "w.pt", **how, out=pruned)
        points = self.folder / "points.safetensors"
        self.experiments("shrink", weights=pruned, points=points, out=small, no_timing=True)
        tensors = load_file(small)
        network = narrowed(NETWORKS[self.name](), tensors)
        network.load_state_dict(tensors, strict=True)
        parameters = [sum(p.numel() for p in n.parameters()) for n in (self.network, network)]
        smaller = parameters[1] < 0.6 * parameters[0]
        self.check("parameters before and after shrinking", smaller, parameters)
        self.compare("shrunken here, read by PyTorch", network, small)


def main():
    parser = argparse.ArgumentParser(description="From PyTorch to this program and back.")
    parser.add_argument("--program", help="a built `experiments` [default: cargo run]")
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=", ".join(NETWORKS))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.networks if name not in NETWORKS]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; expected some of: {', '.join(NETWORKS)}")
    cargo = ["cargo", "run", "--quiet", "--locked", "-p", "experiments", "--"]
    program = [arguments.program] if arguments.program else cargo
    torch.manual_seed(0)
    torch.set_num_threads(1)
    held = True
    for name in arguments.networks or NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            trip = RoundTrip(program, name, pathlib.Path(folder))
            trip.here()
            trip.pruned()
            trip.shrunken()
            held &= trip.held
    print(f"PyTorch {torch.__version__}: {'all held' if held else 'NOT ALL HELD'}")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
