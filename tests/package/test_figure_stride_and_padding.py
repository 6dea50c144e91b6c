"""Bars begin where patches begin, and zeros are hatched where TensorFlow puts them."""

import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small

SETTINGS = [("valid", 1), ("valid", 2), ("same", 1), ("same", 2)]
STARTS = [[0, 1, 2, 3, 4, 5], [0, 2, 4], [-1, 0, 1, 2, 3, 4, 5, 6], [0, 2, 4, 6]]
ZEROS = [[], [], [-1, 8], [8]]

pytestmark = pytest.mark.usefixtures("course_style")


def test_bars_begin_where_patches_begin():
    figure = figures.stride_and_padding(8, SETTINGS)
    *strips, frame = figure.axes
    for axes, starts, zeros in zip(strips, STARTS, ZEROS, strict=True):
        bars = [round(patch.get_x() - 0.08) for patch in axes.patches if patch.get_width() > 2]
        assert bars == starts
        assert [patch.get_x() for patch in axes.patches if patch.get_hatch()] == zeros
    assert ["left out" in [text.get_text() for text in axes.texts] for axes in strips] == [False, True, False, False]
    assert len([patch for patch in frame.patches if patch.get_hatch()]) == 49 - 25
    assert "same, stride 2 with 0 zeros before and 1 after: 4 places" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
