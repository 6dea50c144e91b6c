"""The card is shown on its way, in one scale, and the curves are those that were given."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, by_title, printed

SPOT = np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])
CARDS = {0: SPOT * 0.1, 10: SPOT * 0.5, 100: SPOT * 0.9, 300: SPOT}
ERRORS = {"standardised": [8.4, 4, 0.4, 0.01], "0 to 1": [8.4, 7.5, 5, 3]}

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_card_is_shown_on_its_way():
    rng = np.random.default_rng(0)
    figure = figures.card_recovered(rng.random((32, 32)), rng.normal(size=(30, 30)), CARDS, ERRORS)
    titles = "card at the start", "card after 10 ", "card after 100", "card after 300"
    panels = [by_title(figure, title) for title in titles]
    for axes, card in zip(panels, CARDS.values(), strict=True):
        np.testing.assert_allclose(printed(axes), card.round(1))
    assert len({axes.images[0].get_clim() for axes in panels}) == 1
    curves = by_title(figure, "largest error").get_lines()
    for line, (name, values) in zip(curves, ERRORS.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert "standardised, from 8.4 to 0.01; 0 to 1, from 8.4 to 3." in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
