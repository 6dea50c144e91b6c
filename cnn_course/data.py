"""The pictures of the course: verified, read-only, from the repository's own `data` folder.

Where each file comes from, and under which licence, is told in data/README.md.
"""

import csv
import gzip
import hashlib
import io
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DataError", "Dataset", "ilsvrc_results", "load", "photo"]

_FOLDER = Path(__file__).resolve().parent.parent / "data"

_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # where keras.datasets fetches them, too
_TIMEOUT = 30  # seconds without a byte after which a download counts as failed
FASHION_MNIST_FILES = {  # SHA-256 of the four files as published
    "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}
_CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

Bytes = npt.NDArray[np.uint8]
_T = TypeVar("_T", bound=np.generic)


class DataError(OSError):
    """A data file is missing, damaged, or cannot be fetched; the message says how to get it back."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Labelled pictures, split into training and test; the arrays cannot be written to.

    Attributes:
        x_train: training pictures, uint8, shape (n, 28, 28), 0 (black) to 255 (white).
        y_train: their classes, uint8, shape (n,): the place of the name in `class_names`.
        x_test: test pictures, as `x_train`.
        y_test: their classes, as `y_train`.
        class_names: what each class shows.
    """

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes
    class_names: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"<{len(self.x_train):,} training and {len(self.x_test):,} test pictures "
            f"in {len(self.class_names)} classes>"
        )


def load(name: str, *, train: int = 20_000, test: int = 10_000, download: bool = False) -> Dataset:
    """Load a data set, or a stratified part of it.

    A part holds the first pictures of each class, in their original order: exactly `train / 10` of each of the ten
    classes if ten divides `train`, otherwise class sizes that differ by at most one. A smaller part is contained in
    a larger one, and the same whether it is cut from the bundled pictures or from all 60,000.

    Args:
        name: "fashion_mnist" (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747).
        train: number of training pictures; 20,000 are bundled with the course, 60,000 exist.
        test: number of test pictures; all 10,000 are bundled.
        download: fetch the full set if more training pictures are asked for than are bundled. It is 31 MB, fetched by
            Keras into its cache with a progress bar. A file that arrived whole is kept, so that an interrupted
            download goes on with the first file that is missing.

    Returns:
        The data set, with read-only arrays.

    Raises:
        ValueError: if the name is unknown, or more pictures are asked for than there are.
        DataError: if a file is missing or damaged, or the download fails.
    """
    if name != "fashion_mnist":
        raise ValueError(f'There is no data set called {name!r}. There is "fashion_mnist".')
    arrays = _bundled_fashion_mnist()
    if download and train > len(arrays["y_train"]):
        arrays = _downloaded_fashion_mnist()
    _check_count("training", train, len(arrays["y_train"]), " train=60_000 needs download=True (31 MB, once).")
    _check_count("test", test, len(arrays["y_test"]))
    chosen_train = first_of_each_class(arrays["y_train"], train)
    chosen_test = first_of_each_class(arrays["y_test"], test)
    return Dataset(
        x_train=read_only(arrays["x_train"][chosen_train]),
        y_train=read_only(arrays["y_train"][chosen_train]),
        x_test=read_only(arrays["x_test"][chosen_test]),
        y_test=read_only(arrays["y_test"][chosen_test]),
        class_names=_CLASS_NAMES,
    )


def photo(name: str) -> Bytes:
    """Load one of the photographs that come with the course.

    Args:
        name: for example "cat"; an unknown name is answered with the list of all.

    Returns:
        The photo, read-only uint8, shape (height, width, 3) in red, green, blue, or (height, width) if it is grey.

    Raises:
        ValueError: if there is no such photo.
        DataError: if its file is missing or damaged.
    """
    names = sorted(Path(file).stem for file in _catalogue() if file.startswith("pictures/"))
    if name not in names:
        raise ValueError(f"There is no photo called {name!r}. There are {', '.join(names)}.")
    return _photo(name)


def ilsvrc_results() -> "pd.DataFrame":
    """Load the results of the ImageNet challenge (ILSVRC), classification, 2010 to 2017.

    The columns: `year`, `team`, `method`; `kind`, "hand-made features", "CNN" or "human"; `entry`, "winner" of the
    challenge, "paper" for a result published outside it, or "human"; `top5_error` in per cent; `pictures`, how many
    test pictures it was measured on; `remark`, empty for some; `reference`.

    Returns:
        A pandas DataFrame of your own: the eight winners by year, then humans and papers.

    Raises:
        DataError: if the file is missing or damaged.
    """
    import pandas as pd  # here, since nothing else in this module needs it

    return pd.read_csv(io.BytesIO(verified("ilsvrc_results.csv")), keep_default_na=False)


def first_of_each_class(labels: npt.NDArray[np.integer], n: int) -> npt.NDArray[np.intp]:
    """Choose n examples so that the classes are equally frequent, the first of each class, in their order.

    Args:
        labels: class of every example, shape (total,).
        n: how many to choose.

    Returns:
        Places of the chosen examples in `labels`, ascending, shape (n,). A class that runs out is made up for by
        the others.
    """
    by_class = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[by_class], labels[by_class])  # where the class of each example begins
    rank = np.empty(len(labels), dtype=np.intp)  # 0 for the first example of a class, 1 for its second ...
    rank[by_class] = np.arange(len(labels)) - starts
    return np.sort(np.argsort(rank, kind="stable")[:n])


def parse_fashion_mnist(files: Mapping[str, bytes]) -> dict[str, Bytes]:
    """Unpack the four published files, which are in the IDX format: a header of 16 or 8 bytes, then the values.

    Args:
        files: the content of each file of `FASHION_MNIST_FILES`.

    Returns:
        `x_train (60000, 28, 28)`, `y_train (60000,)`, `x_test (10000, 28, 28)` and `y_test (10000,)`, all uint8.
    """

    def values(name: str, header: int) -> Bytes:
        return np.frombuffer(gzip.decompress(files[name]), np.uint8, offset=header)

    return {
        "x_train": values("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28),
        "y_train": values("train-labels-idx1-ubyte.gz", 8),
        "x_test": values("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28),
        "y_test": values("t10k-labels-idx1-ubyte.gz", 8),
    }


def verified(file: str) -> bytes:
    """Return the content of a data file, if it is what the course came with.

    Args:
        file: its path within the data folder, such as "pictures/cat.png".

    Returns:
        All of its bytes.

    Raises:
        DataError: if the file is missing, cut off or altered; the message says how to get it back.
    """
    digest, size = _catalogue()[file]
    content = _read(file)
    if len(content) < size:
        raise DataError(f"data/{file} is cut off: {len(content):,} of {size:,} bytes are there. {_restore(file)}")
    if sha256(content) != digest:
        raise DataError(f"data/{file} has been altered: it is not the file the course came with. {_restore(file)}")
    return content


def read_only(array: npt.NDArray[_T]) -> npt.NDArray[_T]:
    """Lock an array, of any shape and type, against writing; return the array itself."""
    array.setflags(write=False)
    return array


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _check_count(kind: str, asked: int, available: int, how_to_get_more: str = "") -> None:
    if not 1 <= asked <= available:
        raise ValueError(
            f"You asked for {asked:,} {kind} pictures; choose between 1 and {available:,}.{how_to_get_more}"
        )


# --- the bundled files: each is read and verified once per process


@cache
def _bundled_fashion_mnist() -> Mapping[str, Bytes]:
    with np.load(io.BytesIO(verified("fashion_mnist.npz")), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")}


@cache
def _photo(name: str) -> Bytes:
    with Image.open(io.BytesIO(verified(f"pictures/{name}.png"))) as picture:
        return read_only(np.array(picture))


@cache
def _catalogue() -> Mapping[str, tuple[str, int]]:
    """SHA-256 and size in bytes of every data file, from data/checksums.csv."""
    rows = csv.DictReader(io.StringIO(_read("checksums.csv").decode()))
    return {row["file"]: (row["sha256"], int(row["bytes"])) for row in rows}


def _read(file: str) -> bytes:
    if not _FOLDER.is_dir():
        raise DataError(
            "The data folder of the course is missing: it stands beside the folder cnn_course in the repository, "
            "and an ordinary `pip install` leaves it behind. Clone the repository and install it from there with "
            "`pip install -e .`."
        )
    try:
        return (_FOLDER / file).read_bytes()
    except FileNotFoundError:
        raise DataError(f"data/{file} is missing. {_restore(file)}") from None


def _restore(file: str) -> str:
    return (
        f"To get it back, type `git checkout -- data/{file}` in the folder of the course, or clone the course again; "
        "then restart the kernel."
    )


# --- the full set, fetched on request


@cache
def _downloaded_fashion_mnist() -> Mapping[str, Bytes]:
    with _socket_timeout(_TIMEOUT):
        return parse_fashion_mnist({name: _fetch(name) for name in FASHION_MNIST_FILES})


def _fetch(name: str) -> bytes:
    """One of the four published files, from the cache of Keras or from the network."""
    import keras  # takes seconds, and only a download needs it

    for _ in range(2):  # what is in the cache may be damaged: then fetch it anew, once
        try:
            path = Path(keras.utils.get_file(name, _ORIGIN + name, cache_subdir="datasets/fashion-mnist"))
        except Exception as problem:  # Keras raises a bare Exception when a server cannot be reached
            raise DataError(
                f"{name} of Fashion-MNIST could not be downloaded: {problem}. Look at the connection and run the cell "
                "again: files that arrived whole are kept. Without a network, ask for no more than the 20,000 "
                "training pictures that come with the course."
            ) from problem
        content = path.read_bytes()
        if sha256(content) == FASHION_MNIST_FILES[name]:
            return content
        path.unlink()
    raise DataError(
        f"{name} of Fashion-MNIST was downloaded, but it is not the published file (its SHA-256 differs), so it was "
        "thrown away. A proxy or a log-in page of the network may have answered instead; try from another network."
    )


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
