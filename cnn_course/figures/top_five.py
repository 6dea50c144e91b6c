"""Pictures, and what a classifier answers to each: its most probable classes as bars."""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import shorten

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from cnn_course import show

Answer = Sequence[tuple[str, float]]

_HEIGHT = 1.25  # inches of one picture with its bars
_LETTERS = 22  # of a name, as many as fit beside its percentage


def top_five(pictures: Sequence[ArrayLike], answers: Sequence[Answer]) -> show.Figure:
    """Draw each picture with the classes it was given beside it, the most probable one on top.

    Args:
        pictures: Pictures `(H, W, 3)` or `(H, W)`, as `show.images` takes them.
        answers: For each picture one to five pairs (name, probability), as
            `backbone.decode_predictions` gives them.

    Returns:
        The figure; its description names each picture's first class and how probable it is.

    Raises:
        ValueError: If there is no picture, not one answer for each, or an answer is empty, too long, not in falling
            order, or no probability.
    """
    if not len(pictures) or len(pictures) != len(answers):
        raise ValueError(f"There are {len(pictures)} pictures and {len(answers)} answers; give one answer a picture.")
    for answer in answers:
        _check(answer)
    said = ", ".join(f"{answer[0][0]} {_percent(answer[0][1])}" for answer in answers)
    figure = show.empty(
        _HEIGHT * len(pictures) + 0.1,
        description=f"{len(pictures)} pictures in a column, each with bars for its most probable classes. "
        f"The first of each: {said}.",
    )
    grid = figure.add_gridspec(len(pictures), 2, width_ratios=(1.15, 3))
    for row, (picture, answer) in enumerate(zip(pictures, answers, strict=True)):
        image = figure.add_subplot(grid[row, 0])
        image.imshow(picture, cmap="gray", vmin=0, vmax=255)
        image.set_axis_off()
        _draw_bars(figure.add_subplot(grid[row, 1]), answer)
    return figure


def _check(answer: Answer) -> None:
    shares = [share for _, share in answer]
    if not 1 <= len(shares) <= 5:
        raise ValueError(f"An answer names one to five classes; this one names {len(shares)}.")
    if min(shares) < 0 or sum(shares) > 1.001 or any(later > earlier for earlier, later in pairwise(shares)):
        raise ValueError(f"Probabilities lie between 0 and 1, sum to 1 at most, and fall: these are {shares}.")


def _draw_bars(axes: Axes, answer: Answer) -> None:
    """One line of text and one bar below it for each class; the bar is 1 long at a probability of 1."""
    for place, (name, share) in enumerate(answer):
        axes.barh(place, 1, height=0.28, color="0.92")
        axes.barh(place, share, height=0.28, color=show.COLOURS[0] if place == 0 else "0.55")
        text = shorten(name, _LETTERS, placeholder=" …")
        axes.text(0, place - 0.2, text, va="bottom", fontsize=9.5)
        axes.text(1, place - 0.2, _percent(share), va="bottom", ha="right", fontsize=9.5)
    axes.set(xlim=(0, 1), ylim=(4.3, -0.9))
    axes.set_axis_off()


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.005 else "< 1 %"
