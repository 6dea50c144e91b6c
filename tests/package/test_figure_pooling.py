"""Pooling is pooling, its winners are ringed, and maps are drawn in one scale, unclipped."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle

from cnn_course import figures
from tests.legible import assert_legible, by_title, printed

MAP = np.array([[8, 0, 1, 2], [1, 7, 9, 4], [0, 2, 3, 4], [6, 4, 0, 1]])
PHOTO = {"map": np.linspace(0, 0.4, 64).reshape(8, 8), "max 2 × 2": np.full((4, 4), 0.9), "average": np.zeros((4, 4))}

pytestmark = pytest.mark.usefixtures("course_style")


def ringed(axes, values):
    rings = [patch for patch in axes.patches if isinstance(patch, Circle)]
    return [values[int(ring.center[1]), int(ring.center[0])] for ring in rings]


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(16)))
def test_pooling_is_pooling(order):
    values = np.array(order).reshape(4, 4) / 16
    figure = figures.pooling(values)
    blocks = [values[top : top + 2, left : left + 2] for top in (0, 2) for left in (0, 2)]
    for title, expected in (
        ("map", values.ravel()),
        ("max", [block.max() for block in blocks]),
        ("average", [block.mean() for block in blocks]),
    ):
        np.testing.assert_allclose(printed(by_title(figure, title)).ravel(), expected, atol=0.0051)
    assert ringed(by_title(figure, "map"), values) == [block.max() for block in blocks]
    plt.close(figure)


def test_what_pooling_leaves_is_said():
    figure = figures.pooling(MAP)
    assert_legible(figure)
    assert "max, 8, 9, 6, 4; average, 4, 4, 3, 2." in repr(figure)


def test_maps_of_a_photo_share_a_scale_that_clips_nothing():
    figure = figures.pooled_photo(PHOTO)
    assert_legible(figure)
    images = [axes.images[0] for axes in figure.axes[: len(PHOTO)]]
    assert {image.get_clim() for image in images} == {(-0.9, 0.9)}
    for image, plane in zip(images, PHOTO.values(), strict=True):
        np.testing.assert_array_equal(image.get_array(), plane)
    assert figure.axes[-1].get_xlim() == (0, 0.9)
    assert "orange 0.90: map largest: 0.40, max 2 × 2 largest: 0.90, average largest: 0.00." in repr(figure)


def test_gradient_is_drawn_over_the_windows_and_their_winners():
    values = np.zeros((4, 6))
    values[:, :4] = MAP
    gradient = (values == np.kron(MAP.reshape(2, 2, 2, 2).max(axis=(1, 3)), np.ones((2, 2))).repeat(2, 1)[:, :6]) * 1.0
    figure = figures.pooling_gradient(values, {"max:\n1 or 0": gradient, "average:\n0.25 each": np.full((4, 6), 0.25)})
    assert_legible(figure)
    for axes in figure.axes:
        assert axes.images[0].get_clim() == (-1, 1)
        assert sorted(ringed(axes, values)) == [4, 6, 8, 9], "windows of zeros have no winner"
        lines = [len(lines.get_segments()) for lines in axes.collections]
        assert lines == [1, 2], "one line between two rows of windows, two between three columns"
    assert "average: 0.25 each, not zero in 24 of 24" in repr(figure)
