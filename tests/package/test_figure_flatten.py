"""`Flatten` reads pixel by pixel, and each way's learned numbers are a dot at its place."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title, printed

MAPS = np.arange(27).reshape(3, 3, 3) / 10
WAYS = {
    "flatten → dense 128 → dense 10": 402_826,
    "flatten → dense 10": 31_370,
    "average each map → dense 10": 650,
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_figure_is_portrait_legible_and_small():
    figure = figures.flatten(MAPS, WAYS)
    assert_legible(figure)
    assert_portrait_and_small(figure)


@settings(max_examples=5, deadline=None)
@given(arrays(np.int64, (3, 3, 3), elements=st.integers(0, 99)))
def test_flatten_reads_pixel_by_pixel(tenths):
    maps = tenths / 10
    figure = figures.flatten(maps, WAYS)
    row = by_title(figure, "Flatten")
    np.testing.assert_allclose(printed(row).ravel(), maps.flatten())
    for channel, letter in enumerate("abc"):
        panel = by_title(figure, f"map {letter}")
        np.testing.assert_allclose(printed(panel), maps[:, :, channel])
        (frame,) = panel.patches
        frames = row.patches[channel::3]
        assert len(frames) == 9
        for small in frames:
            assert small.get_edgecolor() == frame.get_edgecolor()
            assert small.get_linestyle() == frame.get_linestyle()
    plt.close(figure)


def test_ways_are_dots_on_a_logarithmic_axis():
    figure = figures.flatten(MAPS, WAYS)
    axes = by_title(figure, "learned numbers")
    assert axes.get_xscale() == "log"
    dots = [line for line in axes.get_lines() if line.get_marker() in "osD"]
    assert [int(np.ravel(dot.get_xdata())[0]) for dot in dots] == list(WAYS.values())
    assert [text.get_text() for text in axes.texts] == [f"{name}: {count:,}" for name, count in WAYS.items()]
    assert len({dot.get_marker() for dot in dots}) == 3
    assert "flatten → dense 10, 31,370;" in repr(figure)
