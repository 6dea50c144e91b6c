"""The largest report is framed, and all that leads to it is printed."""

import numpy as np
import pytest
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, printed

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_largest_report_is_framed_and_the_numbers_are_printed():
    wall = np.full((10, 8), 0.3)
    wall[3:8, 2:6] = 0.9
    sheets = np.stack([correlate(wall, card, "valid") for card in (UPRIGHT, UPRIGHT.T)], axis=-1)
    card = np.zeros((3, 3, 2))
    card[2, :2, 0] = card[:2, 2, 1] = 1
    corners = correlate(sheets, card, "valid")[:, :, 0] - 7.5
    figure = figures.corner_card(sheets, card, -7.5, corners)
    one, upright, other, level, result = figure.axes
    for axes, numbers in ((one, sheets), (upright, card)):
        np.testing.assert_allclose(printed(axes), numbers[..., 0], atol=1e-9)
    for axes, numbers in ((other, sheets), (level, card)):
        np.testing.assert_allclose(printed(axes), numbers[..., 1], atol=1e-9)
    np.testing.assert_allclose(printed(result), corners, atol=1e-9)
    assert [axes.patches[-1].get_xy() for axes in (one, other, result)] == [(-0.5, 0.5)] * 3
    assert "2.1, is at the place in row 1, column 0" in repr(figure) and "1 of 24 reports" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
