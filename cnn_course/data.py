"""The pictures and tables of the course: verified, read-only, from the repository's own `data` folder.

Where each file comes from, and under which licence, is told in data/README.md.
"""

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnn_course._files import FOLDER, DataError, catalogue, read_only, verified

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FOLDER", "PICTURES", "DataError", "Dataset", "fashion_mnist", "ilsvrc_results", "picture", "speeds", "spoil",
]  # fmt: skip

PICTURES = FOLDER / "pictures"
"""The folder of the photographs that come with the course, for a lesson that opens a file itself."""

_CLASS_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
_BUNDLED = 20_000  # training pictures that come with the course

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Labelled pictures, split into training, validation and test; the arrays cannot be written to.

    Attributes:
        x_train: Training pictures, uint8, shape (n, 28, 28), 0 (black) to 255 (white).
        y_train: Their classes, uint8, shape (n,): the place of the name in `class_names`.
        x_val: Validation pictures, as `x_train`; none unless they were asked for.
        y_val: Their classes, as `y_train`.
        x_test: Test pictures, as `x_train`; none unless they were asked for.
        y_test: Their classes, as `y_train`.
        class_names: What each class shows.
    """

    x_train: Bytes
    y_train: Bytes
    x_val: Bytes
    y_val: Bytes
    x_test: Bytes
    y_test: Bytes
    class_names: tuple[str, ...]

    def __repr__(self) -> str:
        sizes = {"training": self.y_train, "validation": self.y_val, "test": self.y_test}
        counts = ", ".join(f"{len(labels):,} {part}" for part, labels in sizes.items())
        return f"<{counts} pictures in {len(self.class_names)} classes>"


def fashion_mnist(*, train: int = 20_000, validation: int = 0, test: int = 0, download: bool = False) -> Dataset:
    """Load Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747), or a part of it with equal classes.

    The training part holds the first pictures of each class, in their original order: exactly `train / 10` of each of
    the ten classes if ten divides `train`, otherwise class sizes that differ by at most one. A smaller part is
    contained in a larger one. Validation pictures are training pictures that are held out: the last of each class among
    the 20,000 that come with the course, the same whether more are downloaded or not. The test part holds the first
    test pictures of each class.

    Args:
        train: Number of training pictures; 20,000 come with the course, 60,000 exist, less those for validation.
        validation: Number of training pictures to hold out.
        test: Number of test pictures; all 10,000 come with the course. They are for the last measurement only, so
            none are handed out unless they are asked for.
        download: Let Keras fetch the full set (31 MB, once) if more training pictures are asked for than are here.

    Returns:
        The data set, with read-only arrays.

    Raises:
        ValueError: If more pictures are asked for than there are.
        DataError: If a file is missing or damaged, or the download fails.
    """
    arrays = _bundled_fashion_mnist()
    if download and train + validation > len(arrays["y_train"]):
        arrays = _downloaded_fashion_mnist()
    y_train, y_test = arrays["y_train"], arrays["y_test"]
    _within("validation", validation, 0, _BUNDLED - 10)
    _within("train", train, 1, len(y_train) - validation, " train=60_000 needs download=True (31 MB, once).")
    _within("test", test, 0, len(y_test))
    held_out = _last_of_each_class(y_train, validation)
    others = np.setdiff1d(np.arange(len(y_train)), held_out)
    chosen = {
        ("train", "train"): others[of_each_class(y_train[others], train, draw())],
        ("val", "train"): held_out,
        ("test", "test"): of_each_class(y_test, test, draw()),
    }
    parts = {
        f"{axis}_{part}": read_only(arrays[f"{axis}_{source}"][places])
        for (part, source), places in chosen.items()
        for axis in "xy"
    }
    return Dataset(**parts, class_names=_CLASS_NAMES)


def _within(part: str, asked: int, least: int, most: int, more: str = "") -> None:
    if not least <= asked <= most:
        raise ValueError(f"You asked for {asked:,} {part} pictures; choose between {least} and {most:,}.{more}")


def _last_of_each_class(labels: Bytes, n: int) -> npt.NDArray[np.intp]:
    """Places of the validation pictures: of the bundled ones, in each class the last, then those before them."""
    backwards = of_each_class(labels, _BUNDLED)[::-1]
    return np.sort(backwards[of_each_class(labels[backwards], n, draw())])


def picture(name: str) -> Bytes:
    """Load one of the photographs that come with the course.

    Args:
        name: For example "cat"; an unknown name is answered with the list of all.

    Returns:
        The picture, read-only uint8, shape (height, width, 3) in red, green, blue, or (height, width) if it is grey.

    Raises:
        ValueError: If there is no picture of that name.
        DataError: If its file is missing or damaged.
    """
    names = sorted(Path(file).stem for file in catalogue() if file.startswith("pictures/"))
    if name not in names:
        raise ValueError(f"There is no picture called {name!r}. There are: {', '.join(names)}.")
    return _picture(name)


def ilsvrc_results() -> "pd.DataFrame":
    """Load the results of the ImageNet challenge (classification) and the figures that are set beside them.

    One row a result: `year`; `entry`, the team or model; `kind`, which is "shallow" or "CNN" for winners of the
    challenge, "paper" for a result published outside it, or "human"; `top5_error` in per cent; `pictures`, how many
    test pictures it was measured on; `remark`, empty for some; `reference`.

    Returns:
        A pandas DataFrame of your own: the eight winners by year, then humans and papers.

    Raises:
        DataError: If the file is missing or damaged.
    """
    import pandas as pd  # here, since nothing else in this module needs it

    return pd.read_csv(io.BytesIO(verified("ilsvrc_results.csv")), keep_default_na=False)


def speeds() -> "pd.DataFrame":
    """Load how many pictures a second nets were trained with or run on, on GPUs and on the author's processor.

    One row a figure: `device`; `use`, "forward" or "training"; `net`; `precision`; `xla`, "yes" or "no"; `devices`, how
    many worked together; `batch`, on each of them; `pictures_a_second`, of all together; `peak_gb`, the most memory
    that the process held, where it was measured; `software`; `date`; `reference`; and `origin`, which is "measured" for
    the processor (`python -m tools.bench.speeds`) and "published" for the GPUs.

    Returns:
        A pandas DataFrame of your own.

    Raises:
        DataError: If a file is missing or damaged.
    """
    import pandas as pd

    files = {"published": "gpu_speeds.csv", "measured": "cpu_speeds.csv"}
    tables = [pd.read_csv(io.BytesIO(verified(file))).assign(origin=origin) for origin, file in files.items()]
    return pd.concat(tables, ignore_index=True)


def spoil(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Spoil a batch in two ways that neither shape nor range gives away: the pictures of exercise 1.3.

    Args:
        pictures: float32, shape (n, size, size, 1), 0 to 1.

    Returns:
        A new array of the same shape, dtype and range.
    """
    return np.ascontiguousarray(1 - pictures.swapaxes(1, 2))


def draw() -> int:
    """Which draw of the data is wanted: 0, or what `tasks.py measure --long` puts into `CNN_COURSE_DRAW`.

    A conclusion should hold on other pictures, too: with another draw, `fashion_mnist` and `cutouts` choose others.
    """
    return int(os.environ.get("CNN_COURSE_DRAW", "0"))


def of_each_class(labels: Bytes, n: int, draw: int = 0) -> npt.NDArray[np.intp]:
    """Choose n examples so that the classes are equally frequent, the first of each class.

    Args:
        labels: Class of every example, shape (total,).
        n: How many to choose. A class that has too few is topped up from the others.
        draw: With 1, the choice begins in each class after the examples that 0 chooses, with 2 after those, and so on;
            where a class ends, it goes on with its first example.

    Returns:
        Places of the chosen examples in `labels`, ascending, shape (n,).
    """
    by_class = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[by_class], labels[by_class])  # where the class of each example begins
    rank = np.empty(len(labels), dtype=np.intp)  # 0 for the first example of a class, 1 for its second ...
    rank[by_class] = np.arange(len(labels)) - starts
    counts = np.bincount(labels)
    rank = (rank - draw * -(-n // np.count_nonzero(counts))) % counts[labels]
    return np.sort(np.argsort(rank, kind="stable")[:n])


# --- Each file is read and verified once per process ----------------------------------------------------------------


@cache
def _bundled_fashion_mnist() -> Mapping[str, Bytes]:
    with np.load(io.BytesIO(verified("fashion_mnist.npz")), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")}


@cache
def _downloaded_fashion_mnist() -> Mapping[str, Bytes]:
    """All 70,000 pictures, from Keras' cache or from the network; believed if the bundled ones are among them."""
    import keras  # takes seconds, and only a download needs it

    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    except Exception as problem:  # Keras raises a bare Exception when a server cannot be reached
        raise DataError(
            f"Fashion-MNIST could not be downloaded: {problem}. Look at the connection and run the cell again. Without "
            "a network, ask for no more than the 20,000 training pictures that come with the course."
        ) from problem
    bundled = _bundled_fashion_mnist()
    same = np.array_equal(x_train[of_each_class(y_train, _BUNDLED)], bundled["x_train"])
    if not same or not np.array_equal(x_test, bundled["x_test"]):
        raise DataError(
            "What was downloaded is not Fashion-MNIST as it was published: the pictures that come with the course are "
            "not among it. Delete the folder .keras/datasets/fashion-mnist in your home folder, and try from another "
            "network: a proxy or a log-in page may have answered instead."
        )
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


@cache
def _picture(name: str) -> Bytes:
    with Image.open(io.BytesIO(verified(f"pictures/{name}.png"))) as opened:
        return read_only(np.array(opened))
