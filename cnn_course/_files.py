"""Reading one file of the `data` folder, if it is what the course came with."""

import csv
import hashlib
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).resolve().parent.parent / "data"

_T = TypeVar("_T", bound=np.generic)


class DataError(OSError):
    """A data file is missing or damaged; the message says how to get it back."""


def verified(file: str) -> bytes:
    """Return the content of a data file, if it is what the course came with.

    Args:
        file: Its path within the data folder, such as "pictures/cat.png".

    Returns:
        All of its bytes.

    Raises:
        DataError: If the file is unknown, missing, unreadable, cut off or altered; the message says what to do.
    """
    if file not in catalogue():
        raise DataError(f"data/{file} is no file of the course: data/checksums.csv does not list it.")
    digest, size = catalogue()[file]
    content = _read(file)
    if len(content) < size:
        raise DataError(f"data/{file} is cut off: {len(content):,} of {size:,} bytes are there. {_restore(file)}")
    if hashlib.sha256(content).hexdigest() != digest:
        raise DataError(f"data/{file} has been altered: it is not the file the course came with. {_restore(file)}")
    return content


@cache
def catalogue() -> Mapping[str, tuple[str, int]]:
    """SHA-256 and size in bytes of every data file, from data/checksums.csv.

    Raises:
        DataError: If that list is missing or damaged.
    """
    content = _read("checksums.csv")
    try:
        rows = csv.DictReader(io.StringIO(content.decode()), strict=True)
        files = {row["file"]: (row["sha256"], int(row["bytes"])) for row in rows}
        if not files or any(len(digest) != 64 for digest, _ in files.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError, csv.Error):
        message = f"data/checksums.csv, the list of the data files, is damaged. {_restore('checksums.csv')}"
        raise DataError(message) from None
    return files


def read_only(array: npt.NDArray[_T]) -> npt.NDArray[_T]:
    """Lock an array, of any shape and type, against writing; return the array itself."""
    array.setflags(write=False)
    return array


def _read(file: str) -> bytes:
    if not FOLDER.is_dir():
        raise DataError(
            "The data folder of the course is missing: it stands beside the folder cnn_course in the repository, "
            "and an ordinary `pip install` leaves it behind. Clone the repository and install it from there with "
            "`pip install -e .`."
        )
    try:
        return (FOLDER / file).read_bytes()
    except FileNotFoundError:
        raise DataError(f"data/{file} is missing. {_restore(file)}") from None
    except OSError as problem:
        raise DataError(
            f"data/{file} cannot be read; the system says: {problem.strerror}. Give yourself the permission to read it "
            f"(`chmod u+r` on Linux and macOS). {_restore(file)}"
        ) from None


def _restore(file: str) -> str:
    return (
        f"To get it back, type `git checkout -- data/{file}` in the folder of the course, or clone the course again; "
        "then restart the kernel."
    )
