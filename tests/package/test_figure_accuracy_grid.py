"""Each cell holds its accuracy, and the cells that belong together are framed."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from cnn_course import figures
from tests.legible import assert_legible, drawn, printed

GRID = pd.DataFrame(
    [[0.81, 0.52, 0.6, 0.42, 0.51], [0.77, 0.75, 0.56, 0.51, 0.69], [0.79, 0.38, 0.8, 0.42, 0.53],
     [0.8, 0.5, 0.6, 0.7, 0.4], [0.78, 0.5, 0.5, 0.4, 0.76], [0.72, 0.7, 0.72, 0.66, 0.64]],
    index=["nothing", "scale", "flip", "translate", "contrast", "all, strong"],
    columns=["clean", "smaller", "mirrored", "moved", "paler"],
)  # fmt: skip
OWN = {"scale": "smaller", "flip": "mirrored"}

pytestmark = pytest.mark.usefixtures("course_style")


def test_accuracy_grid_is_legible():
    assert_legible(figures.accuracy_grid(GRID, OWN))


def test_cells_hold_the_numbers():
    (axes,) = figures.accuracy_grid(GRID, OWN).axes
    np.testing.assert_array_equal(drawn(axes), GRID.to_numpy())
    np.testing.assert_array_equal(printed(axes), GRID.to_numpy())
    assert [label.get_text() for label in axes.get_xticklabels()] == [*GRID.columns]
    assert [label.get_text() for label in axes.get_yticklabels()] == [*GRID.index]


def test_own_cells_are_framed_and_said_in_words():
    figure = figures.accuracy_grid(GRID, OWN)
    frames = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert [frame.get_xy() for frame in frames] == [(0.5, 0.5), (1.5, 1.5)]
    assert "Framed: scale on smaller 0.75, flip on mirrored 0.80." in repr(figure)


def test_a_frame_around_no_cell_is_refused():
    with pytest.raises(KeyError):
        figures.accuracy_grid(GRID, {"scale": "greener"})
