"""The bars are as long as the probabilities, and the first answer of each picture is said in words."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.image import AxesImage

from cnn_course import figures
from tests.legible import assert_legible

CAT = [("tiger cat", 0.39), ("Egyptian cat", 0.35), ("tabby", 0.16), ("lynx", 0.02), ("window screen", 0.001)]
CUP = [("espresso", 0.93), ("a name that is far too long to stand beside its number", 0.02)]
PICTURES = [np.full((30, 30, 3), 200, np.uint8), np.full((20, 30, 3), 90, np.uint8)]

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("answers", [[CAT, CUP], [CUP, CAT]])
def test_top_five_is_legible(answers):
    assert_legible(figures.top_five(PICTURES, answers))


def test_top_five_draws_bars_as_long_as_the_probabilities():
    figure = figures.top_five(PICTURES, [CAT, CUP])
    bars = [axes for axes in figure.findobj(plt.Axes) if axes.patches]
    for axes, answer in zip(bars, [CAT, CUP], strict=True):
        drawn = [patch.get_width() for patch in axes.patches[1::2]]
        assert drawn == [share for _, share in answer]
        assert axes.get_xlim() == (0, 1)
        heights = [patch.get_y() for patch in axes.patches[1::2]]
        assert heights == sorted(heights) and axes.yaxis_inverted()  # the most probable on top


def test_top_five_says_what_comes_first():
    assert "tiger cat 39 %, espresso 93 %" in repr(figures.top_five(PICTURES, [CAT, CUP]))


def test_top_five_draws_the_pictures():
    images = figures.top_five(PICTURES, [CAT, CUP]).findobj(AxesImage)
    for image, picture in zip(images, PICTURES, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)


def test_names_are_no_formulas():
    figure = figures.top_five(PICTURES, [[(r"$\frac$", 0.9), ("x^$", 0.1)], [("$", 1.0)]])
    assert_legible(figure)  # raises an error where a formula is read
    assert {r"$\frac$", "x^$", "$"} <= {text.get_text() for axes in figure.axes for text in axes.texts}


def test_each_picture_needs_its_answer():
    with pytest.raises(ValueError, match="2 pictures and 1 answers"):
        figures.top_five(PICTURES, [CAT])
    assert not plt.get_fignums()
