"""Cards at the start, and what training has made of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.show.labels import listed
from cnn_course.show.planes import cells
from cnn_course.show.style import LABEL, Figure, empty


def cards_learned(columns: Mapping[str, NDArray[Any]]) -> Figure:
    """Draw cards in rows, one column for each time or way they were taken.

    Args:
        columns: Cards `(3, 3, n)` by the title of their column.

    Returns:
        The figure. Each column has a colour scale of its own; the numbers are printed.
    """
    count = next(iter(columns.values())).shape[2]
    description = f"{count} cards of 3 × 3, a row for each, in {len(columns)} columns{listed(list(columns))}"
    figure = empty(0.4 + 1.02 * count, description=description)
    panels = figure.subplots(count, len(columns), squeeze=False)
    for column, (title, cards) in zip(panels.T, columns.items(), strict=True):
        limit = float(np.abs(cards).max())
        for axes, card in zip(column, np.moveaxis(cards, 2, 0), strict=True):
            texts = np.array([[f"{value:z.1f}".replace("-", "−") for value in row] for row in card])
            cells(axes, card, texts, vmin=-limit, vmax=limit, aspect="auto")
        column[0].set_title(title, **LABEL)
    return figure
