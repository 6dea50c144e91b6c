"""The numbers written on the pixels are those of the picture, in the rows and columns that the labels name."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, drawn, printed

PICTURE = np.random.default_rng(5).integers(0, 256, (28, 20), dtype=np.uint8)

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_numbers_are_those_of_the_part_in_the_frame():
    figure = figures.pixel_numbers(PICTURE, row=16, column=3)
    whole, part = figure.axes
    np.testing.assert_array_equal(drawn(whole), PICTURE)
    np.testing.assert_array_equal(printed(part), PICTURE[16:24, 3:11])
    (frame,) = whole.patches
    assert (*frame.get_xy(), frame.get_width(), frame.get_height()) == (2.5, 15.5, 8, 8)
    assert [label.get_text() for label in part.get_yticklabels()] == [str(row) for row in range(16, 24)]
    assert [label.get_text() for label in part.get_xticklabels()] == [str(column) for column in range(3, 11)]
    assert "28 × 20 pixels" in repr(figure) and "rows 16 to 23 and columns 3 to 10" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
    plt.close(figure)


def test_grey_is_the_number_on_one_scale():
    whole, part = figures.pixel_numbers(PICTURE, 0, 0).axes
    assert whole.images[0].get_clim() == part.images[0].get_clim() == (0, 255)
