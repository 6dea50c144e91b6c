"""The arithmetic of the three spots adds up as printed."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, drawn, printed

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
SPOTS = [(3, 13), (2, 2), (2, 7)]
WALL = np.random.default_rng(3).integers(0, 11, (28, 28)) / 10
WALL[2:5, 2:5] = 0.8  # flat: spot B scores 0

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_arithmetic_adds_up_as_printed():
    figure = figures.match_score(WALL, UPRIGHT, SPOTS)
    expected = correlate(WALL, UPRIGHT, "valid")
    np.testing.assert_allclose(drawn(figure.axes[1]), expected, atol=1e-12)
    panels = figure.axes[2:]  # patch, kernel, products, three times
    texts = [text.get_text() for text in figure.texts]
    for place, spot in enumerate(SPOTS):
        patch, kernel, products = (printed(axes) for axes in panels[3 * place : 3 * place + 3])
        np.testing.assert_allclose(patch * kernel, products)
        assert np.isclose(products.sum(), expected[spot])
        score, after = (f"{round(value, 1) + 0.0:g}".replace("-", "−") for value in (expected[spot], products.sum()))
        after = after if products.sum() > 0 else "0"
        assert f"sum {score}  →  ReLU  →  {after}" in texts
        assert f"{'ABC'[place]} scores {score}" in repr(figure)
    assert_legible(figure)


def test_a_wall_with_finer_steps_than_are_printed_is_refused():
    with pytest.raises(ValueError, match="would not add up"):
        figures.match_score(WALL + 0.01, UPRIGHT, SPOTS)
    assert not plt.get_fignums()
