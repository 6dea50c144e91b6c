"""The figures of lesson 02 draw the numbers they were given, print sums that add up, and say what they show."""

import matplotlib as mpl

mpl.use("agg")
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import correlate

from cnn_course import data, figures
from cnn_course.figures._cells import printed
from cnn_course.figures.connections import _LAYERS
from tests.legible import assert_legible

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
WEIGHTS = {"dense": 529_984, "local": 6_084, "shared": 9}


pytestmark = pytest.mark.usefixtures("course_style")


def drawn(figure):
    """Every array that the figure shows as an image."""
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


def lines(figure):
    """All texts of the figure itself, outside its axes."""
    return [text.get_text() for text in figure.texts]


def photo():
    return (data.photo("camera")[20:300, 20:300] / 255).reshape(28, 10, 28, 10).mean(axis=(1, 3)).round(1)


def flashlights():
    wall = np.full((10, 8), 0.3)
    wall[3:8, 2:6] = 0.9
    maps = np.stack([correlate(wall, UPRIGHT, "valid"), correlate(wall, UPRIGHT.T, "valid")], axis=-1)
    return wall, maps, figures.flashlights(wall, maps, ["upright", "level"], lit=(2, 1))


def mixer():
    picture = np.random.default_rng(0).random((12, 12, 3))
    kernel = np.stack([UPRIGHT, -UPRIGHT / 2, -UPRIGHT / 2], axis=-1)
    partial = np.stack([correlate(picture[..., c], kernel[..., c], "valid") for c in range(3)], axis=-1)
    return picture, kernel, partial, figures.channel_mixer(picture, kernel, partial, filters=4)


def test_every_light_hangs_on_the_wall_and_every_sheet_is_shown():
    wall, maps, figure = flashlights()
    circles = [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, mpl.patches.Circle)]
    assert len(circles) == 8 * 6 + 1
    assert {circle.radius for circle in circles} == {1.5}, "a light is as wide as the patch it measures"
    shown = drawn(figure)
    np.testing.assert_allclose(shown[1], wall[2:5, 1:4])
    np.testing.assert_array_equal(shown[2:], maps.transpose(2, 0, 1))
    assert "8 by 6" in repr(figure)
    assert "upright, level" in repr(figure)
    assert_legible(figure)


def test_the_arithmetic_of_the_three_spots_adds_up_as_printed():
    wall, spots = photo(), [(3, 13), (2, 2), (2, 7)]
    figure = figures.match_score(wall, UPRIGHT, spots)
    expected = correlate(wall, UPRIGHT, "valid")
    np.testing.assert_allclose(drawn(figure)[1], expected, atol=1e-12)
    panels = figure.axes[2:]  # patch, kernel, products, three times
    for place, spot in enumerate(spots):
        patch, kernel, products = (
            np.array([float(text.get_text().replace("−", "-")) for text in axes.texts])
            for axes in panels[3 * place : 3 * place + 3]
        )
        np.testing.assert_allclose(patch * kernel, products)
        total = f"sum {printed(expected[spot])}  →  ReLU  →  {printed(max(expected[spot], 0))}"
        assert np.isclose(products.sum(), expected[spot])
        assert total in lines(figure)
        assert f"{'ABC'[place]} scores {printed(expected[spot])}" in repr(figure)
    assert_legible(figure)


def test_a_wall_with_finer_steps_than_are_printed_is_refused():
    with pytest.raises(ValueError, match="would not add up"):
        figures.match_score(photo() + 0.01, UPRIGHT, [(0, 0), (1, 1), (2, 2)])


def test_wires_and_matrices_are_the_same_layer():
    figure = figures.connections(WEIGHTS)
    wires = [len(axes.lines) for axes in figure.axes[::2]]
    assert wires == [24, 12, 12]
    toeplitz = np.array([sliding_window_view(row, 3) @ [1, 2, 3] for row in np.eye(6, dtype=int)]).T
    np.testing.assert_array_equal(_LAYERS["shared"], toeplitz)
    letters = [text.get_text() for text in figure.axes[-1].texts]
    assert letters == list("abc") * 4
    for count in WEIGHTS.values():
        assert f"28 × 28 → 26 × 26: {count:,} weights" in lines(figure)
    assert "dense, 24 weights; local, 12 weights; shared, 3 weights" in repr(figure)
    assert_legible(figure)


def test_the_mixed_map_is_the_sum_of_the_partial_maps():
    picture, kernel, partial, figure = mixer()
    shown = drawn(figure)
    for channel in range(3):
        np.testing.assert_array_equal(shown[2 * channel], picture[:, :, channel])
        np.testing.assert_array_equal(shown[2 * channel + 1], partial[:, :, channel])
    np.testing.assert_allclose(shown[-1], correlate(picture, kernel, "valid")[:, :, 0])
    assert "4 times (27 plus 1), that is 112, learned numbers" in repr(figure)
    assert_legible(figure)


@pytest.mark.parametrize(
    ("value", "text"), [(2.6, "2.6"), (-2.1, "−2.1"), (-0.01, "0"), (8.0, "8"), (-1, "−1"), (0.25, "0.2"), (10, "10")]
)
def test_numbers_are_printed_as_a_person_would(value, text):
    assert printed(value) == text
