"""The lessons of the course, from `lessons.toml`; standard library only, since `tasks.py` needs it before all else."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "lessons.toml"


@dataclass(frozen=True)
class Lesson:
    """A lesson as `lessons.toml` describes it; the meaning of each field stands there."""

    number: int
    file: str
    part: str
    title: str
    read: int
    do: int
    seconds: int
    answers: tuple[str, ...]
    shows: str
    map: str = ""

    @property
    def path(self) -> Path:
        """Its notebook."""
        return LIST.parent / "notebooks" / f"{self.file}.ipynb"

    @property
    def heading(self) -> str:
        """Its title with its number: "3 · ReLU"."""
        return f"{self.number} · {self.title}"


class UnknownLessonError(ValueError):
    """A name that belongs to no lesson; the text says which lessons there are."""


def contents() -> dict[str, Any]:
    """All of `lessons.toml`: its parts, its lessons, and the ideas and questions that they cover."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def lessons(*names: str) -> list[Lesson]:
    """Find lessons by name or number, in the order of the course.

    Args:
        *names: Such as "02", "2", "02_convolution" or "notebooks/02_convolution.ipynb"; none at all means all lessons.

    Raises:
        UnknownLessonError: There is no lesson of such a name.
    """
    every = [Lesson(**entry | {"answers": tuple(entry["answers"])}) for entry in contents()["lesson"]]
    wanted = [Path(name).stem.zfill(2) for name in names]
    for name in wanted:
        if not any(name in (lesson.file, lesson.file[:2]) for lesson in every):
            known = ", ".join(lesson.file for lesson in every)
            raise UnknownLessonError(f"There is no lesson {name}. There are {known}; the number will do.")
    return [one for one in every if not wanted or one.file in wanted or one.file[:2] in wanted]
