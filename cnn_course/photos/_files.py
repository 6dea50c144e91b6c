"""What lies in a folder of class folders: the files worth opening, and what stays closed and why."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cnn_course.photos._decode import PhotoError

_CLUTTER = {"thumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir"}  # what Windows, macOS and storage boxes leave
_PARTS = {"train", "training", "val", "valid", "validation", "test", "testing"}


class File(NamedTuple):
    """A file that may hold a photo."""

    path: Path
    name: str  # from the folder on, in printable characters: for tables and messages
    label: str  # name of the class folder, in printable characters


class Skipped(NamedTuple):
    """A file or folder that is left out."""

    file: str
    why: str
    advice: str


def survey(root: Path) -> tuple[list[File], list[Skipped]]:
    """List the files below a folder's class folders, without opening any and without following links.

    Args:
        root: An existing folder.

    Returns:
        The files that may hold photos, sorted by name, and all else with the reasons.

    Raises:
        PhotoError: If the folder cannot be opened, or is of another kind: photos without class folders, or already
            split into parts such as "train" and "test".
    """
    files: list[File] = []
    skipped: list[Skipped] = []
    classes: list[str] = []
    loose = 0
    for entry, path in _entries(root, skipped):
        name = printable(path.relative_to(root).as_posix())
        is_folder = entry.is_dir(follow_symlinks=False)
        if reason := _reason_to_pass_over(entry):
            skipped.append(Skipped(name + "/" * is_folder, *reason))
        elif path.parent != root and not is_folder:
            files.append(File(path, name, label=name.split("/")[0]))
        elif path.parent == root and is_folder:
            classes.append(name)
        elif path.parent == root:
            loose += 1
            skipped.append(Skipped(name, "it lies in no class folder", "If it is a photo, move it into one."))
    _check_layout(root, classes, loose)
    accounted_for = {file.label for file in files} | {one.file.rstrip("/") for one in skipped}
    for name in classes:
        if name not in accounted_for:
            skipped.append(Skipped(f"{name}/", "a class folder without a photo", "Put photos in, or remove it."))
    return sorted(files, key=lambda file: file.name), skipped


def printable(name: str) -> str:
    """Write control characters and bytes that are no text as escapes, so that a name can be printed anywhere."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _entries(root: Path, skipped: list[Skipped]) -> "Iterator[tuple[os.DirEntry[str], Path]]":
    """All entries of a folder and of the folders in it that are worth entering."""
    waiting = [root]  # no recursion: a hostile folder can be nested deeper than Python's stack
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as problem:
            if folder == root:
                raise PhotoError(f"{str(root)!r} cannot be opened", f"The system says: {problem.strerror}.") from None
            name = printable(folder.relative_to(root).as_posix())
            advice = "Change its permissions, or copy the photos to a folder of your own."
            skipped.append(Skipped(f"{name}/", f"the folder cannot be opened: {problem.strerror}", advice))
            continue
        for entry in entries:
            path = folder / entry.name
            yield entry, path
            if entry.is_dir(follow_symlinks=False) and _reason_to_pass_over(entry) is None:
                waiting.append(path)


def _reason_to_pass_over(entry: "os.DirEntry[str]") -> tuple[str, str] | None:
    """Why an entry is not even opened, and what to do about it; None if it is."""
    is_junction = getattr(entry, "is_junction", lambda: False)  # Windows' links between folders; from Python 3.12 on
    if entry.is_symlink() or is_junction():
        return "a link, and links are not followed", "Copy what it leads to into the folder."
    if entry.name.startswith("."):
        return "its name begins with a dot: hidden", "If it is a photo, rename it."
    if entry.name.lower() in _CLUTTER:
        return "left by the operating system, no photo", "Nothing."
    if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
        return "neither a file nor a folder (a pipe, a device)", "Nothing."
    return None


def _check_layout(root: Path, classes: list[str], loose: int) -> None:
    if classes and {name.lower() for name in classes} <= _PARTS:
        raise PhotoError(
            f"The folders in {str(root)!r} are called {', '.join(sorted(classes))}: parts of a split, not classes",
            "Give one of them, or put the photos of a class from all of them into one folder; the split is made here.",
        )
    if not classes:
        raise PhotoError(
            f"There is no class folder in {str(root)!r}" + (f", only {loose:,} loose files" if loose else ""),
            "Make one folder for each class in it, and put the photos of a class into its folder.",
        )
