"""Pictures a second against the size of the batch, on two logarithmic axes."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible

LINES = {
    "A100, mixed": ([1, 4, 16, 64, 256], [175, 640, 2220, 3940, 3676]),
    "T4, float32": (np.array([1, 4, 16, 64, 256]), np.array([136, 289, 394, 424, 426])),
    "processor": ([1, 2, 8], [11.9, 11.8, 10.6]),
}

pytestmark = pytest.mark.usefixtures("course_style")


def test_throughput_is_legible():
    assert_legible(figures.throughput(LINES, "ResNet-50, forward: pictures a second"))


def test_lines_hold_the_measurements():
    (axes,) = figures.throughput(LINES, "pictures a second").axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    for line, (name, points) in zip(axes.get_lines(), LINES.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_allclose(line.get_xydata(), np.transpose(points))
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "4", "16", "64", "256"]


def test_description_tells_first_and_last():
    assert "T4, float32, 136 at 1, 426 at 256" in repr(figures.throughput(LINES, "pictures a second"))
