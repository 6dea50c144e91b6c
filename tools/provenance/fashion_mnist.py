"""Make `data/fashion_mnist.npz` from the four original files of Fashion-MNIST.

    python -m tools.provenance.fashion_mnist FOLDER

FOLDER holds the four files as published (`train-images-idx3-ubyte.gz` and so on). Debian's package
`dataset-fashion-mnist` puts them into /usr/share/datasets/fashion-mnist.
"""

import argparse
import gzip
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnn_course.data import of_each_class
from tools.provenance.checksums import DATA, sha256, write_checksums

TRAIN = 20_000
FILES = {  # SHA-256 of the four files as published
    "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}


def read_originals(folder: Path) -> dict[str, npt.NDArray[np.uint8]]:
    """Read the four original files.

    Args:
        folder: where they are.

    Returns:
        `x_train (60000, 28, 28)`, `y_train (60000,)`, `x_test (10000, 28, 28)` and `y_test (10000,)`, all uint8.

    Raises:
        SystemExit: if a file is not the published one.
    """
    files = {}
    for name, digest in FILES.items():
        content = (folder / name).read_bytes()
        if sha256(content) != digest:
            raise SystemExit(f"{name} in {folder} is not the published file: its SHA-256 should be {digest}.")
        files[name] = gzip.decompress(content)

    def values(name: str, header: int) -> npt.NDArray[np.uint8]:
        return np.frombuffer(files[name], np.uint8, offset=header)  # IDX: a header of 16 or 8 bytes, then the values

    return {
        "x_train": values("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28),
        "y_train": values("train-labels-idx1-ubyte.gz", 8),
        "x_test": values("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28),
        "y_test": values("t10k-labels-idx1-ubyte.gz", 8),
    }


def bundle(originals: Mapping[str, npt.NDArray[np.uint8]]) -> dict[str, npt.NDArray[np.generic]]:
    """Choose what the repository carries: the first 2,000 training pictures of each class, and every test picture.

    The chosen pictures keep their original order; `train_index (20000,)` holds their places in the original file.
    """
    index = of_each_class(originals["y_train"], TRAIN)
    return {
        "x_train": originals["x_train"][index],
        "y_train": originals["y_train"][index],
        "train_index": index.astype(np.uint16),
        "x_test": originals["x_test"],
        "y_test": originals["y_test"],
    }


def save(path: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write a compressed .npz whose bytes depend on nothing but the arrays and the version of zlib.

    `np.savez_compressed` leaves dates and the operating system's number to the zipfile module.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # "Unix", also when this runs on Windows
            with archive.open(entry, "w") as out:
                np.lib.format.write_array(out, array, allow_pickle=False)


def main() -> None:
    """Make the file and bring `data/checksums.csv` up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the four original files are")
    save(DATA / "fashion_mnist.npz", bundle(read_originals(parser.parse_args().folder)))
    write_checksums()


if __name__ == "__main__":
    main()
