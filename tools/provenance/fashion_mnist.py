"""Make `data/fashion_mnist.npz` from the four original files of Fashion-MNIST.

    python -m tools.provenance.fashion_mnist FOLDER

FOLDER holds the four files as published (`train-images-idx3-ubyte.gz` and so on). Debian's package
`dataset-fashion-mnist` puts them into /usr/share/datasets/fashion-mnist.
"""

import argparse
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnn_course.data import FASHION_MNIST_FILES, first_of_each_class, parse_fashion_mnist, sha256
from tools.provenance.checksums import DATA, write_checksums

TRAIN = 20_000


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
    for name, digest in FASHION_MNIST_FILES.items():
        files[name] = (folder / name).read_bytes()
        if sha256(files[name]) != digest:
            raise SystemExit(f"{name} in {folder} is not the published file: its SHA-256 should be {digest}.")
    return parse_fashion_mnist(files)


def bundle(originals: Mapping[str, npt.NDArray[np.uint8]]) -> dict[str, npt.NDArray[np.generic]]:
    """Choose what the repository carries: the first 2,000 training pictures of each class, and every test picture.

    The chosen pictures keep their original order; `train_index (20000,)` holds their places in the original file.
    """
    index = first_of_each_class(originals["y_train"], TRAIN)
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
