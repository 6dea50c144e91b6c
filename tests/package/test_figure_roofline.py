"""Rooflines: a slope where moving is the limit, a ceiling where computing is, and what was reached below."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

ROOFS = {"A100, TF32": (78e12, 1555e9), "T4, float32": (4.05e12, 320e9), "this processor": (50e9, 20e9)}
POINTS = {
    "A100, TF32": ([8, 12, 13], [7e11, 6e12, 7e12]),
    "T4, float32": ([8, 12, 13], [5e11, 1.6e12, 1.65e12]),
    "this processor": ([8], [45e9]),
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_roofline_is_legible():
    assert_legible(figures.roofline(ROOFS, POINTS))


def test_each_roof_bends_where_both_limits_are_equal():
    (axes,) = figures.roofline(ROOFS, POINTS).axes
    lines = axes.get_lines()
    assert len(lines) == 2 * len(ROOFS)
    for name, roof, dots in zip(ROOFS, lines[::2], lines[1::2], strict=True):
        rate, bandwidth = ROOFS[name]
        x, y = np.transpose(roof.get_xydata())
        np.testing.assert_allclose(y, np.minimum(rate, x * bandwidth))
        assert x[1] == pytest.approx(rate / bandwidth)
        np.testing.assert_allclose(dots.get_xydata(), np.transpose(POINTS[name]))


def test_description_tells_what_share_was_reached():
    assert "T4, float32, at most 4.05e+12, 41% of its roof reached" in repr(figures.roofline(ROOFS, POINTS))
