"""Wires and matrices are the same layer."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.lib.stride_tricks import sliding_window_view

from cnn_course import figures
from cnn_course.figures.connections import _LAYERS
from tests.legible import assert_legible, drawn

WEIGHTS = {"dense": 529_984, "local": 6_084, "shared": 9}

pytestmark = pytest.mark.usefixtures("course_style")


def test_wires_and_matrices_are_the_same_layer():
    figure = figures.connections(WEIGHTS)
    wires, matrices = figure.axes[::2], figure.axes[1::2]
    assert [len(axes.lines) for axes in wires] == [24, 12, 12]
    for diagram, matrix in zip(wires, matrices, strict=True):
        for line in diagram.lines:
            pixel, output = line.get_xdata()
            cell = drawn(matrix)[round(output - 1), int(pixel)]
            np.testing.assert_allclose(cell, to_rgb(line.get_color()), atol=0.01)


def test_the_shared_matrix_is_a_convolution():
    toeplitz = np.array([sliding_window_view(row, 3) @ [1, 2, 3] for row in np.eye(6, dtype=int)]).T
    np.testing.assert_array_equal(_LAYERS["shared"], toeplitz)
    letters = {text.get_position(): text.get_text() for text in figures.connections(WEIGHTS).axes[-1].texts}
    assert letters == {(column, row): "-abc"[toeplitz[row, column]] for row, column in np.argwhere(toeplitz)}


def test_weights_are_counted():
    figure = figures.connections(WEIGHTS)
    for count in WEIGHTS.values():
        assert f"28 × 28 → 26 × 26: {count:,} weights" in [text.get_text() for text in figure.texts]
    assert "dense, 24 weights; local, 12 weights; shared, 3 weights" in repr(figure)
    assert_legible(figure)
