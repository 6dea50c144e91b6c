"""Your own photos: from a folder of class folders to clean pictures, split for learning and testing.

Nothing is written (but by `upload`, on Colab), and nothing outside of the folder is read.
`keras.utils.image_dataset_from_directory` reads the same kind of folder; it stops at the first damaged file, passes
over formats such as WebP and TIFF, ignores the orientation that phones note in their files, and splits near-duplicates
apart. Hence this package.
"""

import os
import re
import shutil
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnn_course._files import FOLDER, DataError, catalogue, read_only, verified
from cnn_course.photos._alike import group_alike, leave_out_copies
from cnn_course.photos._decode import PhotoError, decode
from cnn_course.photos._find import Photo, located, printable, survey, used
from cnn_course.photos._split import APART, set_aside, split

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SAMPLE", "PhotoError", "Photos", "prepare", "read", "upload"]

SAMPLE = FOLDER / "sample_photos"
"""The folder of sample photos that comes with the course; data/README.md tells where they are from."""

_REST = re.compile(  # how the folder of a class begins that holds whatever belongs to no other class
    r"(not?|non|none|nothing|others?|else|rest|unknown|background|nicht|keine?|andere|기타|아님)(?![^\W\d_])",
    re.IGNORECASE,
)
SIZES = (16, 1024)  # pixels a side: what `prepare` and `read` can be asked for


@dataclass(frozen=True, eq=False, repr=False)
class Photos:
    """Clean, labelled photos, split for learning and testing; the arrays cannot be written to.

    Attributes:
        x_train: Photos to learn from, uint8, shape (n, size, size, 3): red, green, blue in 0..255.
        y_train: Their classes, int64, shape (n,): places in `class_names`.
        x_val: Photos to choose with (validation), as `x_train`; none if none were asked for.
        y_val: Their classes, as `y_train`.
        x_test: Photos to test with, as `x_train`.
        y_test: Their classes, as `y_train`.
        class_names: Names of the class folders, sorted. Each class has photos to learn from and to test with.
        files: One row for each photo: `file`, `class`, `part` ("train", "validation" or "test"), `group` (photos of one
            group are in one part) and `changed` (what had to be done to read it). The rows of a part are in the order
            of its arrays.
        skipped: One row for each file or folder left out: `file`, `why` and `what to do`.
        notes: What else there is to know about the split, with warnings, one sentence or more each.
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_val: NDArray[np.uint8]
    y_val: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    files: "DataFrame"
    skipped: "DataFrame"
    notes: tuple[str, ...]

    @property
    def rest(self) -> str | None:
        """The class for whatever belongs to no other, if a folder is called "not ...", "other" or the like."""
        return next((name for name in self.class_names if _REST.match(unicodedata.normalize("NFC", name))), None)

    def __repr__(self) -> str:
        counts = self.files["class"].value_counts()
        sizes = ", ".join(f"{printable(name)} {counts[name]:,}" for name in self.class_names)
        lines = [
            f"{len(self.files):,} photos of {' × '.join(map(str, self.x_train.shape[1:3]))} pixels: {sizes}.",
            f"{len(self.y_train):,} to learn from, "
            + (f"{len(self.y_val):,} to choose with, " if len(self.y_val) else "")
            + f"{len(self.y_test):,} to test.",
            *self.notes,
        ]
        if len(self.skipped):
            lines.append(f"{len(self.skipped):,} left out; `.skipped` says which and why.")
        return "\n".join(lines)


def prepare(
    folder: str | Path,
    size: int = 128,
    *,
    validation: float = 0,
    test: float = 0.3,
    together: Callable[[str], object] | None = None,
) -> Photos:
    """Read a folder that holds one folder of photos for each class.

    Each photo is turned upright as its camera noted, scaled until it covers a square, cropped to the middle of it, and
    turned into red, green and blue with 8 bits each; transparent parts become white; of an animation the first frame
    is taken. What cannot be used is left out and reported, and never stops the rest. Links are not followed.

    Of files with the same bytes one is kept; a picture found in two classes is left out of both. Near-duplicates form a
    group, and a group lies on one side of the split: on which, a hash of its content decides. So a photo stays on its
    side when it is renamed and when other photos come or go (unless they are near-duplicates of it, or a class would
    have nothing on the other side). A class that cannot lie on both sides is left out: it needs two groups.

    Two thousand photos of 128 pixels take about 200 MB while they are read, whatever their size on disk.

    Args:
        folder: The folder with the class folders. Folders inside a class folder belong to its class.
        size: Height and width of the pictures in pixels.
        validation: Share of the photos that is set aside for choosing between nets, 0 for none. A class too small for
            it has none there.
        test: Share of the photos that is set aside for testing, between 0 and 1.
        together: What must not be torn apart, for example all photos of a patient: a function of a file's name,
            such as `"healthy/patient 7/a.png"`; files for which it returns the same word form a group. These groups
            take the place of near-duplicates. Where photos look alike but are not, as those of a fixed camera,
            `together=lambda file: file` lets each be a group of its own.

    Returns:
        The photos, and what was left out. Its text warns of a group that is large, of a share for testing that is far
        from `test`, of classes whose names differ only in spelling, and of a sample folder that has been altered.

    Raises:
        PhotoError: If the folder is missing, or holds fewer than two classes with photos.
        ValueError: If `size`, `validation` or `test` is out of range.
    """
    _check_size(size)
    if not 0 < test < 1:
        raise ValueError(f"test={test} is no share between 0 and 1. 0.3 keeps three photos of ten for testing.")
    if not 0 <= validation < 1 - test:
        advice = "They are shares, and their sum must be below 1."
        raise ValueError(f"validation={validation} and test={test} leave nothing to learn from. {advice}")
    root = located(folder)
    photos = survey(root)
    for photo in _with_progress(used(photos)):
        try:
            photo.pixels, photo.digest, photo.changed = decode(photo.path, size)
        except PhotoError as problem:
            photo.leave_out(problem.why, problem.advice)
    group_alike(used(photos))
    leave_out_copies(used(photos))
    if together:
        for photo in used(photos):
            photo.group = str(together(photo.name))
    split(used(photos), test)
    if validation:
        set_aside(used(photos), validation, test)
    if len({photo.label for photo in used(photos)}) < 2:
        raise _too_few_classes(root, photos)
    return _photos(photos, (*_notes(used(photos), test, together is None), *_sample_altered(root)))


def read(file: str | Path, size: int = 128) -> NDArray[np.uint8]:
    """Read one photo exactly as `prepare` reads it, so that a net sees it as it saw the photos it learned from.

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
    return decode(located(file), size)[0]


def upload() -> Path:
    """On Colab, ask for a file from the reader's own machine.

    Returns:
        Where it lies now. A zip is unpacked: then the folder of its contents, or the one folder in it that holds all.

    Raises:
        PhotoError: If nothing was chosen, or outside of Colab, where files are reached without it.
    """
    try:
        from google.colab import files
    except ImportError:
        why = "Only Colab needs an upload from a cell"
        raise PhotoError(why, "In JupyterLab, drag the file into the list of files, and write its name.") from None
    chosen = list(files.upload())
    if not chosen:
        raise PhotoError("No file was chosen", "Run the cell again.")
    path = Path(chosen[0])
    if path.suffix.lower() != ".zip":
        return path
    folder = path.with_suffix("")
    shutil.unpack_archive(path, folder)
    inside = [entry for entry in folder.iterdir() if entry.name not in ("__MACOSX", ".DS_Store")]
    return inside[0] if len(inside) == 1 and _holds_folders(inside[0]) else folder


def _holds_folders(folder: Path) -> bool:
    return folder.is_dir() and any(entry.is_dir() for entry in folder.iterdir())


def _check_size(size: int) -> None:
    if not isinstance(size, int | np.integer) or not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"size={size!r} is no whole number from {SIZES[0]} to {SIZES[1]}; 128 suits our nets.")


def _with_progress(photos: Sequence[Photo]) -> Iterator[Photo]:
    """Yield the photos, and say now and then how many are done, if it takes over a second and a person watches."""
    shown = time.monotonic()
    said = False
    for number, photo in enumerate(photos):
        if time.monotonic() - shown > 1 and not os.environ.get("CNN_COURSE_QUIET"):
            shown, said = time.monotonic(), True
            print(f"\r{number:,} of {len(photos):,} files read ", end="", flush=True)
        yield photo
    if said:
        print(flush=True)


def _too_few_classes(root: Path, photos: Sequence[Photo]) -> PhotoError:
    class_names = {photo.label for photo in used(photos)}
    found = f"only the class {class_names.pop()!r} can be used" if class_names else "no class of photos can be used"
    advice = "Make one folder for each class, two classes or more, and put the photos of a class into its folder."
    skipped = {photo.why: photo for photo in reversed(photos) if photo.why}  # one for each reason
    reasons = "".join(f"\n  {printable(one.name)}: {one.why}. {one.advice}" for one in [*skipped.values()][:8])
    return PhotoError(f"In {str(root)!r} {found}", advice + (f" Left out, for example:{reasons}" if reasons else ""))


def _notes(photos: Sequence[Photo], test: float, by_likeness: bool) -> Iterator[str]:
    """Say what stays together, and warn of what makes a test worth less."""
    sizes = Counter(photo.group for photo in photos)
    largest = max(sizes.values())
    if largest > 1:
        relatives = "their near-duplicates" if by_likeness else "photos of their group"
        yield f"{sum(size for size in sizes.values() if size > 1):,} stay beside {relatives}."
    if largest > max(10, len(photos) / 20):
        advice = APART if by_likeness else "The fewer the groups, the less a test says."
        yield f"Warning: {largest:,} photos form one group and lie on one side. {advice}"
    share = sum(photo.in_test for photo in photos) / len(photos)
    if abs(share - test) > 0.1:
        yield f"Warning: {share:.0%} are for testing, not {test:.0%}: a hash decides, and groups stay whole."
    labels = sorted({photo.label for photo in photos})
    plain = ["".join(unicodedata.normalize("NFKC", label).casefold().split()) for label in labels]
    twins = [label for label, name in zip(labels, plain, strict=True) if plain.count(name) > 1]
    if twins:
        yield f"Warning: these classes differ in capitals, spaces or the coding of letters only: {twins}."


def _sample_altered(root: Path) -> Iterator[str]:
    """Warn if the sample folder is not what the course came with: then results differ from those of the lesson."""
    if root == SAMPLE:
        try:
            for file in catalogue():
                if file.startswith("sample_photos/"):
                    verified(file)
        except DataError as problem:
            yield f"Warning: {problem}"


def _photos(photos: Sequence[Photo], notes: tuple[str, ...]) -> Photos:
    from pandas import DataFrame, factorize  # takes half a second

    kept = used(photos)
    class_names = tuple(sorted({photo.label for photo in kept}))
    part_of = {photo: "test" if photo.in_test else "validation" if photo.in_validation else "train" for photo in kept}
    train, val, test = ([one for one in kept if part_of[one] == part] for part in ("train", "validation", "test"))
    rows = [(photo.name, photo.label, part_of[photo], photo.changed) for photo in kept]
    files = DataFrame(rows, columns=["file", "class", "part", "changed"])
    files.insert(3, "group", factorize(np.array([photo.group for photo in kept]))[0])
    skipped = [(photo.name, photo.why, photo.advice) for photo in photos if photo.why]
    x = [read_only(np.array([photo.pixels for photo in part]).reshape(-1, *kept[0].pixels.shape))
         for part in (train, val, test)]  # fmt: skip
    y = [read_only(np.array([class_names.index(photo.label) for photo in part], dtype=np.int64))
         for part in (train, val, test)]  # fmt: skip
    return Photos(
        x_train=x[0],
        y_train=y[0],
        x_val=x[1],
        y_val=y[1],
        x_test=x[2],
        y_test=y[2],
        class_names=class_names,
        files=files,
        skipped=DataFrame(skipped, columns=["file", "why", "what to do"]),
        notes=notes,
    )
