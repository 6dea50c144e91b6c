"""The mixed map is the sum of the partial maps."""

import numpy as np
import pytest
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, drawn, printed

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_mixed_map_is_the_sum_of_the_partial_maps():
    picture = np.random.default_rng(0).random((12, 12, 3))
    kernel = np.stack([UPRIGHT, -UPRIGHT / 2, -UPRIGHT / 2], axis=-1)
    partial = np.stack([correlate(picture[..., c], kernel[..., c], "valid") for c in range(3)], axis=-1)
    figure = figures.channel_mixer(picture, kernel, partial, filters=4)
    for channel in range(3):
        red_green_blue, card, part = figure.axes[3 * channel : 3 * channel + 3]
        np.testing.assert_array_equal(drawn(red_green_blue), picture[:, :, channel])
        np.testing.assert_array_equal(printed(card), kernel[:, :, channel])
        np.testing.assert_array_equal(drawn(part), partial[:, :, channel])
    np.testing.assert_array_equal(drawn(figure.axes[9]), picture)
    np.testing.assert_allclose(drawn(figure.axes[10]), correlate(picture, kernel, "valid")[:, :, 0])
    assert "4 times (27 plus 1), that is 112, learned numbers" in repr(figure)
    assert_legible(figure)
