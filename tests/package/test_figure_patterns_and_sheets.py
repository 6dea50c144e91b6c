"""Each pattern stands above its own sheet: patterns in one colour scale, each sheet in its own, which is written."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, drawn

RANDOM = np.random.default_rng(0)
BEFORE, AFTER = RANDOM.normal(size=(3, 3, 1, 8)), RANDOM.normal(size=(3, 3, 1, 8))
PICTURE = RANDOM.random((28, 28))
SHEETS = RANDOM.random((26, 26, 8)) * np.arange(8)  # the first has found nothing

pytestmark = pytest.mark.usefixtures("course_style")


def test_each_pattern_stands_above_its_sheet():
    figure = figures.patterns_and_sheets(PICTURE, BEFORE, AFTER, SHEETS)
    picture, *blocks = figure.axes
    np.testing.assert_array_equal(drawn(picture), PICTURE)
    assert len(blocks) == 3 * 8
    limit = max(abs(BEFORE).max(), abs(AFTER).max())
    for place in range(8):
        start, end, sheet = blocks[3 * place : 3 * place + 3]
        np.testing.assert_array_equal(drawn(start), BEFORE[:, :, 0, place])
        np.testing.assert_array_equal(drawn(end), AFTER[:, :, 0, place])
        np.testing.assert_array_equal(drawn(sheet), SHEETS[..., place])
        assert start.images[0].get_clim() == end.images[0].get_clim() == (-limit, limit)
        assert sheet.images[0].get_clim()[1] == (SHEETS[..., place].max() or 1)
        assert sheet.get_xlabel() == f"0 to {float(f'{SHEETS[..., place].max():.2g}'):g}"
        assert start.get_position().y0 > sheet.get_position().y1
    assert "8 patterns" in repr(figure)
    assert f"darkest at {limit:.2g}" in figure.texts[0].get_text()


def test_it_is_legible():
    figure = figures.patterns_and_sheets(PICTURE, BEFORE, AFTER, SHEETS)
    assert_legible(figure)
    assert_portrait_and_small(figure)
