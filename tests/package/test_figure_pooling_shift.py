"""Pooling is pooling, its winners are ringed, and the curves are those that were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title, printed

MAP = np.array([[0.9, 0.0, 0.1, 0.2], [0.1, 0.6, 0.8, 0.5], [0.0, 0.1, 0.3, 0.4], [0.6, 0.4, 0.2, 0.1]])
LIKENESS = {
    "no pooling": [1, 0.58, 0.10, -0.03, -0.02, -0.01, -0.04],
    "max 2 × 2": [1, 0.74, 0.41, 0.08, 0.00, 0.01, 0.03],
    "max 4 × 4": [1, 0.82, 0.66, 0.45, 0.31, 0.07, 0.05],
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_figure_is_portrait_legible_and_small():
    figure = figures.pooling_shift(MAP, LIKENESS)
    assert_legible(figure)
    assert_portrait_and_small(figure)


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(16)))
def test_pooling_is_pooling(order):
    values = np.array(order).reshape(4, 4) / 16
    figure = figures.pooling_shift(values, LIKENESS)
    blocks = [values[top : top + 2, left : left + 2] for top in (0, 2) for left in (0, 2)]
    for title, expected in (
        ("map", values.ravel()),
        ("max", [block.max() for block in blocks]),
        ("average", [block.mean() for block in blocks]),
    ):
        np.testing.assert_allclose(printed(by_title(figure, title)).ravel(), expected, atol=0.0051)
    rings = [patch for patch in by_title(figure, "map").patches if isinstance(patch, Circle)]
    ringed = [values[int(ring.center[1]), int(ring.center[0])] for ring in rings]
    assert ringed == [block.max() for block in blocks]
    plt.close(figure)


def test_likeness_is_drawn_and_said():
    figure = figures.pooling_shift(MAP, LIKENESS)
    axes = by_title(figure, "pooling forgives")
    curves = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    for line, (name, values) in zip(curves, LIKENESS.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), range(7))
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert axes.get_ylim()[0] < -0.04, "values below zero are seen"
    assert {text.get_text() for text in axes.texts} == set(LIKENESS)
    assert len({line.get_linestyle() for line in curves}) == 3
    assert "moved by 1 pixel and by 6 pixels: no pooling, 0.58 and −0.04;" in repr(figure)


def test_another_number_of_curves_is_refused():
    with pytest.raises(ValueError, match=r"Give 3 curves, .* these are 1"):
        figures.pooling_shift(MAP, {"no pooling": LIKENESS["no pooling"]})
    assert not plt.get_fignums()
