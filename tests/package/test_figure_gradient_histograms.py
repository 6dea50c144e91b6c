"""Rays are as long as the numbers of the histograms, and point where the brightness rises."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, drawn

PATCH = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (64, 1))
STARS = np.random.default_rng(0).random((4, 4, 8))

pytestmark = pytest.mark.usefixtures("course_style")


def rays(axes):
    """Where each ray ends, seen from its start, in the order of the histograms."""
    lines = [line.get_xydata() for line in axes.get_lines() if line.get_color() != "0.7"]
    return np.array([line[1] - line[0] for line in lines])


def test_gradient_histograms_is_legible():
    assert_legible(figures.gradient_histograms(PATCH, STARS))


def test_rays_are_as_long_as_the_numbers():
    left, right = figures.gradient_histograms(PATCH, STARS).axes
    np.testing.assert_array_equal(drawn(left), PATCH)
    lengths = np.linalg.norm(rays(right), axis=1)
    np.testing.assert_allclose(lengths / lengths.max(), STARS.ravel() / STARS.max())


def test_directions_run_clockwise_from_the_right():
    _, right = figures.gradient_histograms(PATCH, np.ones((1, 1, 4))).axes
    np.testing.assert_allclose(rays(right) / 0.48, [[1, 0], [0, 1], [-1, 0], [0, -1]], atol=1e-12)
    assert right.yaxis_inverted()


def test_description_counts_cells_and_rays():
    assert "64 × 64 pixels in 4 × 4 cells" in repr(figures.gradient_histograms(PATCH, STARS))
    assert "star of 8 rays" in repr(figures.gradient_histograms(PATCH, STARS))
