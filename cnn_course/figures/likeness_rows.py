"""How much batches resemble the training pictures: a dot for each batch, a row for each thing done to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.show.style import COLOURS, LABEL, Figure, empty

_WIDE = 0.012  # likeness that one pile of dots covers
_TALL = 0.72  # of the distance between two rows, for the highest pile


def likeness_rows(values: Mapping[str, Sequence[float]], limit: float) -> Figure:
    """Draw a row of dots for each kind of batch, and the limit below which a batch is called damaged.

    Args:
        values: For each kind of batch, by name, the likeness of each batch; the first kind is the sound one.
        limit: The limit.

    Returns:
        The figure; its description counts, for each kind, the batches below the limit.
    """
    below = [f"{name} {sum(value < limit for value in row)} of {len(row)}" for name, row in values.items()]
    description = (
        f"One dot for each batch, placed by its likeness to the training pictures; the limit is {limit:.2f}. "
        f"Below it are: {', '.join(below)}."
    )
    figure = empty(0.9 + 0.7 * len(values), description=description)
    axes = figure.subplots()
    piles = {name: _piled(row) for name, row in values.items()}
    step = min(0.1, _TALL / max(heights.max() for heights in piles.values()))
    for place, (name, heights) in enumerate(piles.items()):
        look: dict[str, Any] = {"color": COLOURS[min(place, 1)], "marker": "oD"[min(place, 1)], "markersize": 3.2}
        axes.plot(values[name], place - step * heights, linestyle="", label=name, **look)
    axes.axvline(limit, color="0.35", linewidth=1, linestyle="--")
    axes.annotate("limit", (limit, -0.8), (-4, 0), textcoords="offset points", ha="right", va="center", **LABEL)
    axes.set(xlabel="likeness to the training pictures", ylim=(len(values) - 0.75, -1.0))
    axes.set_yticks(range(len(values)), list(values), **LABEL)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _piled(row: Sequence[float]) -> NDArray[np.int_]:
    """For each dot, how many dots of about the same likeness lie below it."""
    piles = np.round(np.asarray(row) / _WIDE).astype(int)
    heights = np.zeros(len(piles), dtype=int)
    for pile in np.unique(piles):
        here = np.flatnonzero(piles == pile)
        heights[here] = np.arange(len(here))
    return heights
