"""One bar for each class, as long as its number; the true class is said twice and its name is bold."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, drawn

NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "$ boot_"]
PICTURE = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28, 1)
SCORES = np.array([1.5, -2, 0, 0.25, -7, 3, 11.5, 2, 1, -0.5])
SHARES = np.array([0.1, 0.4, 0, 0, 0.5, 0, 0, 0, 0, 0])

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("values", [SCORES, -SCORES, SHARES, np.zeros(10), np.full(10, -3.0)])
def test_class_bars_are_legible(values):
    assert_legible(figures.class_bars(PICTURE, 9, values, NAMES, "ten numbers"))


@pytest.mark.parametrize("values", [SCORES, SHARES])
def test_bars_are_as_long_as_the_numbers_and_in_the_order_of_the_classes(values):
    figure = figures.class_bars(PICTURE, 9, values, NAMES, "ten numbers")
    left, right = figure.axes
    np.testing.assert_array_equal(drawn(left), PICTURE[..., 0])
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], values)
    assert [text.get_text() for text in right.get_yticklabels()] == NAMES and right.yaxis_inverted()
    assert [text.get_text() for text in right.texts][1] == f"{values[1]:.2f}".replace("-", "−")
    colours = [bar.get_facecolor() for bar in right.patches]
    assert [colours.count(colour) for colour in colours].index(1) == values.argmax()


def test_the_true_class_is_named_and_bold():
    figure = figures.class_bars(PICTURE, 3, SCORES, NAMES, "ten scores")
    left, right = figure.axes
    assert left.get_title() == "true class:\nDress"
    assert [text.get_text() for text in right.get_yticklabels() if text.get_fontweight() == "bold"] == ["Dress"]
    assert repr(figure) == "A picture of class Dress, and ten scores, one bar a class. The largest is Shirt, 11.50."
    plt.close(figure)
