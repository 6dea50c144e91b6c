"""Share of right answers against confidence, beside the diagonal."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

CURVES = {
    "held-out": ([0.55, 0.8, 0.95, 0.99], [0.54, 0.77, 0.91, 0.98]),
    "moved": ([0.4, 0.6, 0.9, 0.99], [0.08, 0.18, 0.25, 0.58]),
    "negatives": (np.array([0.45, 0.6, 0.9, 0.97]), np.array([0.13, 0.1, 0.08, 0.08])),
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_reliability_is_legible():
    assert_legible(figures.reliability(CURVES))


def test_lines_hold_the_groups_and_the_diagonal_is_no_line_with_a_label():
    (axes,) = figures.reliability(CURVES).axes
    diagonal, *lines = axes.get_lines()
    np.testing.assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    for line, (name, (sure, right)) in zip(lines, CURVES.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_allclose(line.get_xydata(), np.transpose([sure, right]))
    assert axes.get_xlim()[0] == pytest.approx(0.4)
    assert {"held-out", "moved", "negatives"} <= {text.get_text() for text in axes.texts}


def test_description_says_how_the_surest_groups_do():
    assert "moved, confidence 0.99, right 0.58" in repr(figures.reliability(CURVES))
