"""Values that the zoo's networks are tested against, computed in double precision with NumPy.

    python scripts/golden_zoo.py crates/models/tests/golden

First checks itself: the networks that zoo.json lists (PyTorch's values) must come out as there. Then
writes numpy.json with the same for networks that zoo.json does not list. The filling of the tensors
is that of crates/models/tests/golden.rs.
"""

import json
import pathlib
import sys

import numpy as np


class Tensors:
    """Hands out tensors by the fixture's rule, and counts on the way."""

    def __init__(self, scale):
        self.scale, self.listed = scale, []
        self.parameters = self.prunable = self.prunable_layers = self.multiply_adds = 0

    def take(self, name, *shape):
        t, k = len(self.listed), np.arange(np.prod(shape), dtype=np.float64)
        kind = name.rsplit(".")[-1]
        if len(shape) > 1:
            fan_in = k.size // shape[0]
            values = self.scale * np.sqrt(2 / fan_in) * np.sin(0.1 * k + t)
        elif kind == "running_var":
            values = 1 + 0.5 * np.sin(0.3 * k + t) ** 2
        elif kind == "running_mean":
            values = 0.1 * np.sin(0.2 * k + t)
        elif kind == "weight":
            values = 1 + 0.1 * np.sin(k + t)
        else:
            values = 0.1 * np.cos(k + t)
        self.listed.append([name, list(shape)])
        self.parameters += 0 if kind.startswith("running") else k.size
        return values.astype(np.float32).astype(np.float64).reshape(shape)

    def weight(self, name, positions, *shape):
        weight = self.take(f"{name}.weight", *shape)
        self.prunable += weight.size
        self.prunable_layers += 1
        self.multiply_adds += weight.size * positions
        return weight

    def conv(self, x, name, filters, kernel, stride=1, bias=False):
        patches = windows(x, kernel, stride, (kernel - 1) // 2, 0)
        n, channels, height, width = patches.shape[:4]
        weight = self.weight(name, height * width, filters, channels, kernel, kernel)
        y = np.einsum("nchwij,fcij->nfhw", patches, weight, optimize=True)
        return y + self.take(f"{name}.bias", filters)[:, None, None] if bias else y

    def norm(self, x, name):
        names = ["weight", "bias", "running_mean", "running_var"]
        scale, shift, mean, variance = (
            self.take(f"{name}.{each}", x.shape[1])[:, None, None] for each in names
        )
        return (x - mean) / np.sqrt(variance + 1e-5) * scale + shift

    def linear(self, x, name, units):
        weight = self.weight(name, 1, units, x.shape[1])
        return x @ weight.T + self.take(f"{name}.bias", units)


def windows(x, size, stride, padding, margin):
    edges = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    x = np.pad(x, edges, constant_values=margin)
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[
        :, :, ::stride, ::stride
    ]


def relu(x):
    return np.maximum(x, 0)


def mean(x):
    return x.mean(axis=(2, 3))


def max_pool(x, size, stride, padding=0):
    return windows(x, size, stride, padding, -np.inf).max(axis=(4, 5))


def vgg(stages):
    def forward(net, x, classes):
        module = 0
        for count, filters in zip(stages, [64, 128, 256, 512, 512]):
            for _ in range(count):
                x = net.conv(x, f"features.{module}", filters, 3, bias=True)
                x = relu(net.norm(x, f"features.{module + 1}"))
                module += 3
            x = max_pool(x, 2, 2)
            module += 1
        return net.linear(x.reshape(len(x), -1), "classifier", classes)

    return forward


def basic_block(net, x, name, filters, stride):
    y = relu(net.norm(net.conv(x, f"{name}.conv1", filters, 3, stride), f"{name}.bn1"))
    y = net.norm(net.conv(y, f"{name}.conv2", filters, 3), f"{name}.bn2")
    if x.shape != y.shape:
        x = net.conv(x, f"{name}.downsample.0", filters, 1, stride)
        x = net.norm(x, f"{name}.downsample.1")
    return relu(x + y)


def padded_block(net, x, name, filters, stride):
    y = relu(net.norm(net.conv(x, f"{name}.conv1", filters, 3, stride), f"{name}.bn1"))
    y = net.norm(net.conv(y, f"{name}.conv2", filters, 3), f"{name}.bn2")
    missing = filters - x.shape[1]
    front = missing // 2
    x = np.pad(x[:, :, ::stride, ::stride], ((0, 0), (front, missing - front), (0, 0), (0, 0)))
    return relu(x + y)


def wide_block(net, x, name, filters, stride):
    active = relu(net.norm(x, f"{name}.bn1"))
    y = net.conv(active, f"{name}.conv1", filters, 3, stride)
    y = net.conv(relu(net.norm(y, f"{name}.bn2")), f"{name}.conv2", filters, 3)
    if x.shape != y.shape:
        x = net.conv(active, f"{name}.downsample.0", filters, 1, stride)
    return x + y


def stages(net, x, block, blocks, widths):
    for stage, filters in enumerate(widths):
        for index in range(blocks):
            stride = 2 if stage > 0 and index == 0 else 1
            x = block(net, x, f"layer{stage + 1}.{index}", filters, stride)
    return x


def resnet(depth, block=basic_block):
    def forward(net, x, classes):
        x = relu(net.norm(net.conv(x, "conv1", 16, 3), "bn1"))
        x = stages(net, x, block, (depth - 2) // 6, [16, 32, 64])
        return net.linear(mean(x), "fc", classes)

    return forward


def resnet_18(net, x, classes):
    x = relu(net.norm(net.conv(x, "conv1", 64, 7, 2), "bn1"))
    x = max_pool(x, 3, 2, 1)
    x = stages(net, x, basic_block, 2, [64, 128, 256, 512])
    return net.linear(mean(x), "fc", classes)


def wrn(depth, width):
    def forward(net, x, classes):
        x = net.conv(x, "conv1", 16, 3)
        x = stages(net, x, wide_block, (depth - 4) // 6, [16 * width, 32 * width, 64 * width])
        return net.linear(mean(relu(net.norm(x, "bn1"))), "fc", classes)

    return forward


def densenet(depth, growth):
    def forward(net, x, classes):
        x = net.conv(x, "conv1", 2 * growth, 3)
        for block in [1, 2, 3]:
            for layer in range((depth - 4) // 6):
                name = f"dense{block}.{layer}"
                y = net.conv(relu(net.norm(x, f"{name}.bn1")), f"{name}.conv1", 4 * growth, 1)
                y = net.conv(relu(net.norm(y, f"{name}.bn2")), f"{name}.conv2", growth, 3)
                x = np.concatenate([x, y], axis=1)
            if block < 3:
                half = x.shape[1] // 2
                x = net.conv(relu(net.norm(x, f"trans{block}.bn1")), f"trans{block}.conv1", half, 1)
                x = windows(x, 2, 2, 0, 0).mean(axis=(4, 5))
        return net.linear(mean(relu(net.norm(x, "bn"))), "fc", classes)

    return forward


def compute(forward, scale, size=32):
    shape = [2, 3, size, size]
    pixels = np.sin(0.013 * np.arange(np.prod(shape), dtype=np.float64)).astype(np.float32)
    net = Tensors(scale)
    logits = forward(net, pixels.astype(np.float64).reshape(shape), 10)
    return {
        "weight_scale": scale,
        "input": shape,
        "parameters": net.parameters,
        "prunable": net.prunable,
        "prunable_layers": net.prunable_layers,
        "multiply_adds": net.multiply_adds,
        "logits": [[float(f"{logit:.6g}") for logit in row] for row in logits],
        "tensors": net.listed,
    }


def check(listed):
    known = {
        "resnet-20": resnet(20),
        "resnet-110": resnet(110),
        "vgg-16": vgg([2, 2, 3, 3, 3]),
        "wrn-16-8": wrn(16, 8),
        "wrn-28-2": wrn(28, 2),
        "densenet-22": densenet(22, 12),
    }
    for name, forward in known.items():
        expected = listed[name]
        found = compute(forward, expected["weight_scale"])
        a, b = np.array(found.pop("logits")), np.array(expected["logits"])
        error = abs(a - b).max() / abs(b).max()
        same = all(value == expected[key] for key, value in found.items())
        print(f"{name}: logits differ by {error:.1e} of the largest, counts and names equal: {same}")
        assert same and error < 1e-5


def main(folder):
    check(json.loads((folder / "zoo.json").read_text()))
    # Scales that neither blow the logits up nor hide the images behind the biases.
    values = {
        "vgg-11": compute(vgg([1, 1, 2, 2, 2]), 2.0),
        "vgg-13": compute(vgg([2, 2, 2, 2, 2]), 3.0),
        "vgg-19": compute(vgg([2, 2, 4, 4, 4]), 4.0),
        "resnet-32": compute(resnet(32), 0.5),
        "resnet-44": compute(resnet(44), 0.5),
        "resnet-20-padded": compute(resnet(20, padded_block), 0.5),
        "resnet-56-padded": compute(resnet(56, padded_block), 0.5),
        "resnet-18": compute(resnet_18, 1.5, size=64),
        "wrn-22-1": compute(wrn(22, 1), 1.0),
        "densenet-40-24": compute(densenet(40, 24), 1.0),
    }
    networks = []
    for name, network in values.items():
        lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in network.items())
        networks.append(f' "{name}": {{\n' + ",\n".join(lines) + "\n }")
    (folder / "numpy.json").write_text("{\n" + ",\n".join(networks) + "\n}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
