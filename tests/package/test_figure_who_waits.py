"""Bars lie where the diary says, and the description tells how long all took."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

pytestmark = pytest.mark.usefixtures("course_style")


def diary(gap):
    """Five batches, loaded and learned from in 20 ms each; the next load begins `gap` units after the last."""
    entries = []
    for batch in range(5):
        for what, unit in (("load", gap * batch), ("learn", gap * batch + 1)):
            entries += [("start", what, batch, 7 + 0.02 * unit), ("end", what, batch, 7 + 0.02 * (unit + 1))]
    return entries


DIARIES = {"one by one": diary(2), "with prefetch": diary(1)}


def test_who_waits_is_legible():
    assert_legible(figures.who_waits(DIARIES))


def test_bars_lie_where_the_diary_says():
    for panel, gap in zip(figures.who_waits(DIARIES).axes, (2, 1), strict=True):
        extents = [bar.get_paths()[0].get_extents() for bar in panel.collections]
        starts = [20 * gap * batch + 20 * late for batch in range(5) for late in (0, 1)]
        np.testing.assert_allclose([box.x0 for box in extents], starts, atol=1e-6)
        np.testing.assert_allclose([box.width for box in extents], 20, atol=1e-6)
        assert [box.y0 for box in extents] == [1, 0] * 5


def test_description_tells_how_long():
    assert "5 batches" in repr(figures.who_waits(DIARIES))
    assert "one by one, 200 ms; with prefetch, 120 ms" in repr(figures.who_waits(DIARIES))
