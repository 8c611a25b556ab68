"""Reads a file of compressed rows with SciPy and compares it with the dense file that it was made of.

    experiments export --network lenet-5 --weights pruned.safetensors --out rows.safetensors
    python scripts/csr_files.py rows.safetensors pruned.safetensors

Needs numpy, scipy and safetensors. Every layer of the first file is taken for what scipy.sparse.csr_matrix takes; every tensor
of the second one must be there with the same numbers.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix


def dense_tensors(path):
    """The file's tensors with zeros for the weights that are not stored."""
    parts, tensors = load_file(path), {}
    for name, tensor in parts.items():
        layer, _, part = name.rpartition(".weight.")
        if not layer:
            tensors[name] = tensor
        elif part == "values":
            shape = parts[f"{layer}.weight.shape"].astype(int)
            columns, starts = (parts[f"{layer}.weight.{part}"] for part in ("columns", "starts"))
            rows = csr_matrix((tensor, columns.astype(int), starts.astype(int)), (shape[0], shape[1:].prod()))
            rows.check_format(full_check=True)
            assert rows.has_canonical_format, f"{layer}: columns do not rise"
            tensors[f"{layer}.weight"] = rows.toarray().reshape(shape)
    return tensors


def main(rows, dense):
    with safe_open(rows, "numpy") as file:
        print("metadata:", json.loads(file.metadata()["csr"]))
    found, expected = dense_tensors(rows), load_file(dense)
    assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
    for name, tensor in sorted(found.items()):
        assert tensor.shape == expected[name].shape and np.array_equal(tensor, expected[name]), name
        print(f"{name}: {tensor.shape}, {np.count_nonzero(tensor)} of {tensor.size} are not zero; the same in both files")


if __name__ == "__main__":
    main(*sys.argv[1:])
