"""Pictures, and what a classifier answers to each: its most probable classes as bars."""

from collections.abc import Sequence
from textwrap import shorten

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from cnn_course.show.style import COLOURS, LABEL, Figure, empty

Answer = Sequence[tuple[str, float]]

_HEIGHT = 1.25  # inches of one picture with its bars
_LETTERS = 22  # of a name, as many as fit beside its percentage


def top_five(pictures: Sequence[ArrayLike], answers: Sequence[Answer]) -> Figure:
    """Draw each picture with the classes it was given beside it, the most probable one on top.

    Args:
        pictures: Pictures `(H, W, 3)`, `uint8`.
        answers: For each picture five pairs (name, probability), as `backbone.decode_predictions` gives them.

    Returns:
        The figure; its description names each picture's first class and how probable it is.

    Raises:
        ValueError: If there are not as many answers as pictures.
    """
    if len(pictures) != len(answers):
        raise ValueError(f"There are {len(pictures)} pictures and {len(answers)} answers; each needs the other.")
    said = ", ".join(f"{answer[0][0]} {_percent(answer[0][1])}" for answer in answers)
    description = (
        f"{len(pictures)} pictures in a column, each with bars for its most probable classes. "
        f"The first of each: {said}."
    )
    figure = empty(_HEIGHT * len(pictures) + 0.1, description=description)
    rows = figure.subplots(len(pictures), 2, width_ratios=(1.15, 3), squeeze=False)
    for (left, right), picture, answer in zip(rows, pictures, answers, strict=True):
        left.imshow(picture)
        left.set_axis_off()
        _draw_bars(right, answer)
    return figure


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.005 else "< 1 %"


def _draw_bars(axes: Axes, answer: Answer) -> None:
    """One line of text and one bar below it for each class; the bar is 1 long at a probability of 1."""
    for place, (name, share) in enumerate(answer):
        axes.barh(place, 1, height=0.28, color="0.92")
        axes.barh(place, share, height=0.28, color=COLOURS[0] if place == 0 else "0.55")
        axes.text(0, place - 0.2, shorten(name, _LETTERS, placeholder=" …"), va="bottom", **LABEL)
        axes.text(1, place - 0.2, _percent(share), va="bottom", ha="right", **LABEL)
    axes.set(xlim=(0, 1), ylim=(4.3, -0.9))
    axes.set_axis_off()
