"""Losses are drawn through their marks, and the first one's numbers stand beside them."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

LOSSES = {"−log p": lambda p: -np.log(p), "1 − p": lambda p: 1 - p}
MARKS = [0.01, 0.1, 0.5, 0.9]

pytestmark = pytest.mark.usefixtures("course_style")


def test_penalties_are_legible():
    assert_legible(figures.penalties(MARKS, LOSSES))


def test_curves_run_through_the_marks():
    (axes,) = figures.penalties(MARKS, LOSSES).axes
    for place, loss in enumerate(LOSSES.values()):
        curve, marks = axes.get_lines()[2 * place : 2 * place + 2]
        np.testing.assert_allclose(curve.get_ydata(), loss(np.asarray(curve.get_xdata())))
        np.testing.assert_allclose(marks.get_xdata(), MARKS)
        np.testing.assert_allclose(marks.get_ydata(), loss(np.asarray(MARKS)))
        assert curve.get_xdata()[0] == MARKS[0] and curve.get_xdata()[-1] == 1
    assert [text.get_text() for text in axes.texts] == ["−log p", "4.61", "2.30", "0.69", "0.11", "1 − p"]


def test_description_compares_the_losses_at_the_smallest_share():
    assert "At p = 0.01: −log p = 4.61, 1 − p = 0.99" in repr(figures.penalties(MARKS, LOSSES))
