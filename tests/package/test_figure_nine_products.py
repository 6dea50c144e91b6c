"""Nine products, printed so that they add up to the sum that is printed."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title, drawn, printed

UPRIGHT = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
PHOTO = np.random.default_rng(0).integers(0, 101, (21, 32)) / 100

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("place", [(0, 0), (6, 9), (18, 29)])
def test_the_nine_products_add_up_as_printed(place):
    figure = figures.nine_products(PHOTO, UPRIGHT, place)
    row, column = place
    titles = "nine pixels", "pattern", "nine products"
    pixels, pattern, products = (printed(by_title(figure, title)) for title in titles)
    np.testing.assert_array_equal(drawn(figure.axes[0]), PHOTO)
    np.testing.assert_allclose(pixels, PHOTO[row : row + 3, column : column + 3])
    np.testing.assert_array_equal(pattern, UPRIGHT)
    np.testing.assert_allclose(pixels * pattern, products)
    total = f"{products.sum():z.2f}".replace("-", "−")
    assert f"sum {total}" in [text.get_text() for text in figure.texts]
    assert repr(figure).endswith(f"Their sum is {total}.")
    assert f"at row {row}, column {column}." in repr(figure)


def test_the_frame_lies_around_the_nine_pixels():
    figure = figures.nine_products(PHOTO, UPRIGHT, (6, 9))
    for frame in figure.axes[0].patches:
        np.testing.assert_allclose(frame.get_center(), (10, 7))


def test_it_is_legible():
    figure = figures.nine_products(PHOTO, UPRIGHT, (6, 9))
    assert_legible(figure)
    assert_portrait_and_small(figure)


def test_what_would_not_add_up_or_hangs_over_is_refused():
    with pytest.raises(ValueError, match="would not add up"):
        figures.nine_products(PHOTO + 0.001, UPRIGHT, (6, 9))
    with pytest.raises(ValueError, match="would not add up"):
        figures.nine_products(PHOTO, UPRIGHT / 4, (6, 9))
    with pytest.raises(ValueError, match="hang over"):
        figures.nine_products(PHOTO, UPRIGHT, (19, 9))
    assert not plt.get_fignums()
