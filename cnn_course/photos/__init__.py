"""Your own photos: from a folder of class folders to clean pictures, split for learning and testing.

Nothing is written, and nothing outside of the folder is read. `keras.utils.image_dataset_from_directory` reads the same
kind of folder; it stops at the first damaged file, passes over formats such as WebP and TIFF, ignores the orientation
that phones note in their files, and splits near-duplicates apart. Hence this package.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnn_course.data import read_only
from cnn_course.photos._decode import Decoded, PhotoError, decode
from cnn_course.photos._files import File, Skipped, survey
from cnn_course.photos._groups import components, likeness, sides

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SAMPLE", "PhotoError", "Photos", "prepare", "read"]

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_photos"
"""The folder of sample photos that comes with the course; data/README.md tells where they are from."""

SIZES = (16, 1024)  # pixels a side: what `prepare` and `read` can be asked for
NEAR = 0.95  # likeness from which two pictures stay on one side of the split: a burst, another exposure, moved a little
SAME = 0.997  # likeness from which two files show one picture: saved again, resized, made brighter


@dataclass(frozen=True, eq=False, repr=False)
class Photos:
    """Clean, labelled photos, split for learning and testing; the arrays cannot be written to.

    Attributes:
        x_train: Photos to learn from, uint8, shape (n, size, size, 3): red, green, blue in 0..255.
        y_train: Their classes, int64, shape (n,): places in `class_names`.
        x_test: Photos to test with, as `x_train`.
        y_test: Their classes, as `y_train`.
        class_names: Names of the class folders, sorted.
        files: One row a photo: `file`, `class`, `part` ("train" or "test"), `group` (photos of one group stay on one
            side of the split) and `changed` (what had to be done to read it). The rows of a part stand in the order of
            its arrays.
        skipped: One row for each file or folder left out: `file`, `why` and `what to do`.
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    files: "DataFrame"
    skipped: "DataFrame"

    def __repr__(self) -> str:
        counts = self.files["class"].value_counts()
        sizes = ", ".join(f"{name} {counts[name]:,}" for name in self.class_names)
        relatives = int(self.files.duplicated("group", keep=False).sum())
        lines = [
            f"{len(self.files):,} photos of {' × '.join(map(str, self.x_train.shape[1:3]))} pixels: {sizes}.",
            f"{len(self.y_train):,} to learn from, {len(self.y_test):,} to test.",
            f"{relatives:,} stay beside their near-duplicates." if relatives else "",
            f"{len(self.skipped):,} left out; `.skipped` says which and why." if len(self.skipped) else "",
        ]
        return "\n".join(line for line in lines if line)


def prepare(
    folder: str | Path, size: int = 128, *, test: float = 0.3, together: Callable[[str], str] | None = None
) -> Photos:
    """Read a folder that holds one folder of photos for each class.

    Each photo is turned upright as its camera noted, scaled until it covers a square, cropped to the middle of it, and
    turned into red, green and blue with 8 bits each; transparent parts become white; of an animation the first frame
    is taken. What cannot be used is left out and reported, and never stops the rest. Links are not followed.

    Of files with the same bytes one is kept; a picture found in two classes is left out of both. Near-duplicates form a
    group, and a group lies on one side of the split: on which, a hash of its content decides. So a photo stays on its
    side when it is renamed and when other photos come or go (unless they are near-duplicates of it, or its class would
    have nothing on the other side). A class needs two groups.

    Two thousand photos of 128 pixels take about 200 MB while they are read, whatever their size on disk.

    Args:
        folder: The folder with the class folders. Folders inside a class folder belong to its class.
        size: Height and width of the pictures in pixels.
        test: Share of the photos that is set aside for testing, between 0 and 1.
        together: What must not be torn apart, for example all photos of a patient: a function of a file's name,
            such as `"healthy/patient 7/a.png"`; files for which it returns the same word lie on one side.

    Returns:
        The photos, and what was left out.

    Raises:
        PhotoError: If the folder is missing, or holds fewer than two classes with photos.
        ValueError: If `size` or `test` is out of range.
    """
    _check_size(size)
    if not 0 < test < 1:
        raise ValueError(f"test={test} is no share between 0 and 1. 0.3 keeps three photos of ten for testing.")
    files, skipped = survey(_existing(folder))
    photos = _read_all(files, size, skipped)
    photos = _without_doubles(photos, skipped)
    groups = _grouped(photos, together)
    photos, groups = _with_two_groups(photos, groups, skipped)
    class_names = tuple(sorted({file.label for file, _ in photos}))
    if len(class_names) < 2:
        raise _too_few_classes(folder, class_names, skipped)
    labels = np.array([class_names.index(file.label) for file, _ in photos], dtype=np.int64)
    keys = [together(file.name) if together else photo.digest for file, photo in photos]
    in_test = sides(keys, groups, labels, test)
    return _photos(photos, labels, groups, in_test, class_names, skipped)


def read(file: str | Path, size: int = 128) -> NDArray[np.uint8]:
    """Read one photo exactly as `prepare` reads it: what a net is to name must come the way it has learned from.

    Args:
        file: A photo of any size and any format that `prepare` reads.
        size: Height and width of the result in pixels: those the net was trained with.

    Returns:
        The photo, uint8, shape (size, size, 3): red, green, blue in 0..255. A net wants a batch: `photo[None]`.

    Raises:
        PhotoError: If it cannot be read; the message says why, and what to do.
        ValueError: If `size` is out of range.
    """
    _check_size(size)
    return decode(Path(file).expanduser().resolve(), size).pixels


def _check_size(size: int) -> None:
    if not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"size={size} is not between {SIZES[0]} and {SIZES[1]} pixels. 128 suits the course's nets.")


def _existing(folder: str | Path) -> Path:
    path = Path(folder).expanduser()
    if not path.exists():
        raise PhotoError(
            f"There is no folder {str(folder)!r}",
            f"Python looks for it from {Path.cwd()}; give the whole path, for example {str(Path.home() / 'photos')!r}.",
        )
    if not path.is_dir():
        raise PhotoError(f"{str(folder)!r} is a file", "Give the folder with the class folders (unpack a zip first).")
    return path.resolve()


Labelled = tuple[File, Decoded]


def _read_all(files: Sequence[File], size: int, skipped: list[Skipped]) -> list[Labelled]:
    photos = []
    with _progress(len(files)) as show:
        for number, file in enumerate(files):
            show(number)
            try:
                photos.append((file, decode(file.path, size)))
            except PhotoError as problem:
                skipped.append(Skipped(file.name, problem.why, problem.advice))
    return photos


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give a function that says now and then how far the work is, if it takes over a second and a person watches."""
    quiet = bool(os.environ.get("CNN_COURSE_QUIET"))
    shown = time.monotonic()
    said = False

    def show(done: int) -> None:
        nonlocal shown, said
        if not quiet and time.monotonic() - shown > 1:
            shown, said = time.monotonic(), True
            print(f"\r{done:,} of {total:,} files read ", end="", flush=True, file=sys.stdout)

    try:
        yield show
    finally:
        if said:
            print(flush=True)


def _without_doubles(photos: list[Labelled], skipped: list[Skipped]) -> list[Labelled]:
    """Drop all copies of a picture that lies in two classes, and all but the first of files with the same bytes."""
    resaved = likeness([photo.thumbnail for _, photo in photos], SAME)
    pictures = components(len(photos), chain(resaved, _equal([photo.digest for _, photo in photos])))
    members: dict[int, list[File]] = {}
    for (file, _), picture in zip(photos, pictures, strict=True):
        members.setdefault(int(picture), []).append(file)
    first: dict[str, File] = {}
    kept = []
    for (file, photo), picture in zip(photos, pictures, strict=True):
        rival = next((other for other in members[int(picture)] if other.label != file.label), None)
        twin = first.setdefault(photo.digest, file)
        if rival:
            advice = "Decide which class it belongs to and remove the other file; until then both are left out."
            skipped.append(Skipped(file.name, f"the same picture lies in another class: {rival.name}", advice))
        elif twin is not file:
            skipped.append(Skipped(file.name, f"the same file as {twin.name}, which is kept", "Nothing."))
        else:
            kept.append((file, photo))
    return kept


def _equal(words: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places that hold the same word: each with the first of its kind."""
    first: dict[str, int] = {}
    return [(first[word], place) for place, word in enumerate(words) if first.setdefault(word, place) != place]


def _grouped(photos: list[Labelled], together: Callable[[str], str] | None) -> NDArray[np.int64]:
    """Number the groups of photos that must stay on one side of the split."""
    alike = likeness([photo.thumbnail for _, photo in photos], NEAR)
    named_alike = _equal([together(file.name) for file, _ in photos]) if together else []
    return components(len(photos), chain(alike, named_alike))


def _with_two_groups(
    photos: list[Labelled], groups: NDArray[np.int64], skipped: list[Skipped]
) -> tuple[list[Labelled], NDArray[np.int64]]:
    """Leave out classes that cannot lie on both sides of the split."""
    groups_of: dict[str, set[int]] = {}
    for (file, _), group in zip(photos, groups, strict=True):
        groups_of.setdefault(file.label, set()).add(int(group))
    for file, _ in photos:
        if len(groups_of[file.label]) < 2:
            why = f"{file.label} is too small a class: one picture, or only pictures that belong together"
            skipped.append(Skipped(file.name, why, "Add photos: it takes one to learn from and one to test."))
    keep = np.array([len(groups_of[file.label]) > 1 for file, _ in photos], dtype=bool)
    return [one for one, kept in zip(photos, keep, strict=True) if kept], groups[keep]


def _too_few_classes(folder: str | Path, class_names: Sequence[str], skipped: Sequence[Skipped]) -> PhotoError:
    found = f"only the class {class_names[0]!r} can be used" if class_names else "no class of photos can be used"
    advice = "Make one folder for each class, two classes or more, and put the photos of a class into its folder."
    reasons = "".join(f"\n  {one.file}: {one.why}" for one in skipped[:8])
    more = f"\n  and {len(skipped) - 8:,} more" if len(skipped) > 8 else ""
    return PhotoError(f"In {str(folder)!r} {found}", advice + (f" Left out:{reasons}{more}" if reasons else ""))


def _photos(
    photos: list[Labelled],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    in_test: NDArray[np.bool_],
    class_names: tuple[str, ...],
    skipped: Sequence[Skipped],
) -> Photos:
    from pandas import DataFrame  # takes half a second

    table = DataFrame(
        {
            "file": [file.name for file, _ in photos],
            "class": [file.label for file, _ in photos],
            "part": np.where(in_test, "test", "train"),
            "group": np.unique(groups, return_inverse=True)[1],
            "changed": [photo.changed for _, photo in photos],
        }
    )
    pixels = [photo.pixels for _, photo in photos]
    return Photos(
        x_train=_stacked(pixels, ~in_test),
        y_train=read_only(labels[~in_test]),
        x_test=_stacked(pixels, in_test),
        y_test=read_only(labels[in_test]),
        class_names=class_names,
        files=table,
        skipped=DataFrame(sorted(skipped), columns=["file", "why", "what to do"]),
    )


def _stacked(pixels: Sequence[NDArray[np.uint8]], part: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return read_only(np.stack([pixels[place] for place in np.flatnonzero(part).tolist()]))
