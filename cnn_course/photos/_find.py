"""What lies in a folder of class folders, and the record of each file that all later steps fill in."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn_course.photos._decode import PhotoError

_CLUTTER = {"thumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir"}  # what Windows, macOS and storage boxes leave
_PARTS = {"train", "training", "val", "valid", "validation", "test", "testing"}
_NO_TEXT = re.compile("[\ud800-\udfff]")  # how Python keeps the bytes of a name that are not UTF-8
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # breaks the line or steers the terminal


@dataclass(eq=False)
class Photo:
    """A file of the folder, from its name to its side of the split. A folder that is left out has a record, too.

    Attributes:
        path: Where it is.
        name: Its path from the folder on, such as "cat/2024/tom.jpg"; that of a folder ends with "/".
        why: Why it is left out; empty for a photo that is used.
        advice: What to do about it.
        pixels: The picture, uint8, shape (size, size, 3).
        digest: SHA-256 of the file.
        changed: What had to be done to read it, in words.
        group: Name of the group that it belongs to; a group lies on one side of the split.
        in_test: Whether it is for testing.
        in_validation: Whether it is for validation.
    """

    path: Path
    name: str
    why: str = ""
    advice: str = ""
    pixels: NDArray[np.uint8] = field(init=False, repr=False)
    digest: str = ""
    changed: str = ""
    group: str = ""
    in_test: bool = False
    in_validation: bool = False

    @property
    def label(self) -> str:
        """Name of its class folder."""
        return self.name.split("/")[0]

    def leave_out(self, why: str, advice: str) -> None:
        """Note why it cannot be used, and what to do about it."""
        self.why, self.advice = why, advice


def used(photos: Iterable[Photo]) -> list[Photo]:
    """Return the photos that have not been left out so far."""
    return [photo for photo in photos if not photo.why]


def printable(name: str) -> str:
    """Escape what would break a printed line; the tables keep the true name, which opens the file."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), name)


def located(place: str | Path) -> Path:
    """Turn what a person typed into a whole path, which need not exist.

    Raises:
        PhotoError: If there can be no such path: an empty name, an unknown user, links that lead in a circle.
    """
    if not str(place):
        raise PhotoError("The name of the file or folder is empty", "Give its path.")
    try:
        return Path(place).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as problem:
        raise PhotoError(f"{str(place)!r} cannot be found: {str(problem).strip('.')}", "Give its whole path.") from None


def survey(root: Path) -> list[Photo]:
    """List what lies below a folder's class folders, without opening any file and without following links.

    Args:
        root: The folder.

    Returns:
        A record for each file, and for each folder that stays closed or holds no photo, sorted by name. What cannot
        be a photo is left out already.

    Raises:
        PhotoError: If the folder cannot be opened, or is of another kind: photos without class folders, or already
            split into parts such as "train" and "test".
    """
    found: list[Photo] = []
    classes: set[str] = set()
    loose = 0
    waiting = [root]  # no recursion: a hostile folder can be nested deeper than Python's stack
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError as problem:
            if folder == root:
                what = {FileNotFoundError: "there is no such folder", NotADirectoryError: "it is a file"}
                why = f"{str(root)!r} cannot be opened: {what.get(type(problem), problem.strerror)}"
                raise PhotoError(why, "Look at its spelling, or give the whole path. Unpack a zip first.") from None
            why = f"the folder cannot be opened: {problem.strerror}"
            advice = "Change its permissions, or copy the photos to a folder of your own."
            found.append(Photo(folder, f"{folder.relative_to(root).as_posix()}/", why, advice))
            continue
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            path = folder / entry.name
            name = path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()
            why, advice = _reason_to_pass_over(entry)
            if is_folder and not why:
                waiting.append(path)
                classes |= {name} if folder == root else set()
                continue
            if folder == root and not why:
                why, advice = "it lies in no class folder", "If it is a photo, move it into one."
                loose += 1
            found.append(Photo(path, name + "/" * is_folder, why, advice))
    _check_layout(root, classes, loose)
    accounted_for = {photo.label for photo in found if not photo.why or photo.name == f"{photo.label}/"}
    for name in classes - accounted_for:
        found.append(Photo(root / name, f"{name}/", "a class folder without a photo", "Put photos in, or remove it."))
    return sorted(found, key=lambda photo: photo.name)


def _reason_to_pass_over(entry: "os.DirEntry[str]") -> tuple[str, str]:
    """Say why an entry is not even opened, and what to do about it; two empty texts if it is."""
    is_junction = getattr(entry, "is_junction", lambda: False)  # Windows' links between folders; from Python 3.12 on
    if entry.is_symlink() or is_junction():
        return "a link, and links are not followed", "Copy what it leads to into the folder."
    if entry.name.startswith("."):
        return "its name begins with a dot: hidden", "If it is a photo, rename it."
    if entry.name.lower() in _CLUTTER:
        return "left by the operating system, no photo", "Nothing."
    if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
        return "neither a file nor a folder (a pipe, a device)", "Nothing."
    if _NO_TEXT.search(entry.name):
        return "its name is no valid text (UTF-8)", "Rename it: a table cannot hold such a name."
    return "", ""


def _check_layout(root: Path, classes: set[str], loose: int) -> None:
    if not classes:
        why = f"There is no class folder in {str(root)!r}" + (f", only {loose:,} loose files" if loose else "")
        raise PhotoError(why, "Make one folder for each class in it, and put the photos of a class into its folder.")
    if {name.lower() for name in classes} <= _PARTS:
        why = f"The folders in {str(root)!r} are called {', '.join(sorted(classes))}: parts of a split, not classes"
        raise PhotoError(why, "Give one of them, or put all photos of a class into one folder; the split is made here.")
