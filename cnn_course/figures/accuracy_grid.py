"""Accuracy of several nets on several tests, as a heat map."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from cnn_course.show.planes import cells
from cnn_course.show.style import COLOURS, LABEL, Figure, empty

if TYPE_CHECKING:
    import pandas as pd

_SHARES = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#9CC4E0", "#0072B2", "#00304F"])


def accuracy_grid(accuracy: "pd.DataFrame", own: Mapping[str, str]) -> Figure:
    """Draw a table of accuracies as coloured cells, with a frame around the cells that belong together.

    Args:
        accuracy: A row for each net, a column for each test; shares from 0 to 1.
        own: For some nets the test that differs from the training pictures in their own way: these cells are framed.

    Returns:
        The figure; a darker cell is a higher accuracy. Its description holds the framed numbers.

    Raises:
        KeyError: If a framed cell is not in the table.
    """
    values = accuracy.to_numpy(dtype=np.float64)
    told = ", ".join(f"{net} on {test} {accuracy.loc[net, test]:.2f}" for net, test in own.items())
    description = (
        f"Accuracy of {len(accuracy)} nets (rows) on {len(accuracy.columns)} tests (columns), from {values.min():.2f} "
        f"to {values.max():.2f}; a darker cell is higher. Framed: {told}."
    )
    figure = empty(0.36 * len(accuracy) + 1.1, description=description)
    panel = figure.subplots()
    texts = np.array([[f"{value:.2f}" for value in row] for row in values])
    low = np.floor(10 * values.min()) / 10
    cells(panel, values, texts, cmap=_SHARES, vmin=low, vmax=1, aspect="auto")
    panel.set_xticks(range(len(accuracy.columns)), list(accuracy.columns), rotation=35, ha="right", parse_math=False)
    panel.set_yticks(range(len(accuracy)), list(accuracy.index), parse_math=False)
    panel.tick_params(length=0)
    panel.set_xlabel("tested on", **LABEL)
    panel.set_ylabel("trained with", **LABEL)
    for net, test in own.items():
        corner = (accuracy.columns.get_loc(test) - 0.5, accuracy.index.get_loc(net) - 0.5)
        panel.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=2.5, clip_on=False))
    return figure
