"""The helper package of the course: data, pictures, checks and the plumbing of the lessons.

What a lesson is about stands in the lesson; here stands what would distract from it. A module is loaded when
it is first used, so `import cnn_course` is quick and leaves TensorFlow and matplotlib alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnn_course import backbone, check, costs, cutouts, data, doctor, figures, layers, photos, show
    from cnn_course._start import start

__all__ = [
    "backbone",
    "check",
    "costs",
    "cutouts",
    "data",
    "doctor",
    "figures",
    "layers",
    "photos",
    "show",
    "start",
]


def __getattr__(name: str) -> Any:
    """Import a module of the package when its name is first used (PEP 562)."""
    if name == "start":
        return import_module("cnn_course._start").start
    if name in __all__:
        return import_module(f"cnn_course.{name}")
    raise AttributeError(f"module 'cnn_course' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
