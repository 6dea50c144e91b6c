"""The functions are those that were given, and the slopes are their derivatives."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title

FUNCTIONS = {"ReLU": lambda x: np.maximum(x, 0), "sigmoid": lambda x: 1 / (1 + np.exp(-x))}
FOUR = FUNCTIONS | {"tanh": np.tanh, "four times": lambda x: 4 * np.tanh(x)}

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("functions", [FUNCTIONS, FOUR, {"ReLU": FUNCTIONS["ReLU"]}])
def test_figure_is_portrait_legible_and_small(functions):
    figure = figures.activations(functions)
    assert_legible(figure)
    assert_portrait_and_small(figure)


def test_functions_and_slopes_are_drawn():
    figure = figures.activations(FUNCTIONS)
    above, below = by_title(figure, "what comes out"), by_title(figure, "how steep")
    relu, sigmoid = (np.asarray(line.get_xydata()) for line in above.get_lines()[:2])
    np.testing.assert_allclose(relu[:, 1], np.maximum(relu[:, 0], 0))
    np.testing.assert_allclose(sigmoid[:, 1], 1 / (1 + np.exp(-sigmoid[:, 0])))
    relu, sigmoid = (np.asarray(line.get_xydata()) for line in below.get_lines()[:2])
    np.testing.assert_allclose(relu[:, 1], relu[:, 0] > 0, atol=1e-6)
    y = 1 / (1 + np.exp(-sigmoid[:, 0]))
    np.testing.assert_allclose(sigmoid[:, 1], y * (1 - y), atol=1e-6)
    assert len({line.get_linestyle() for line in above.get_lines()[:2]}) == 2, "not by colour alone"
    assert "ReLU goes from 0.0 to 6.0, its slope is between 0.00 and 1.00" in repr(figure)
    assert "its slope is between 0.00 and 0.25" in repr(figure)


def test_curves_that_coincide_are_drawn_once_with_both_names():
    figure = figures.activations({"tanh": np.tanh, "tanh + 1": lambda x: np.tanh(x) + 1})
    drawn = [line for line in by_title(figure, "how steep").get_lines() if not line.get_label().startswith("_")]
    assert [line.get_label() for line in drawn] == ["tanh\ntanh + 1"]
    assert_legible(figure)


@pytest.mark.parametrize("functions", [{}, FOUR | {"fifth": np.tanh}])
def test_another_number_of_functions_is_refused(functions):
    with pytest.raises(ValueError, match=rf"Give 1 to 4 functions by name; these are {len(functions)}"):
        figures.activations(functions)
    assert not plt.get_fignums()
