"""Every card is printed in its row and column."""

import numpy as np
import pytest

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, printed

pytestmark = pytest.mark.usefixtures("course_style")


def test_every_card_is_printed_in_its_row_and_column():
    rng = np.random.default_rng(0)
    columns = {name: rng.normal(size=(3, 3, 4)) for name in ("at the start", "learned", r"$\frac$")}
    figure = figures.cards_learned(columns)
    panels = np.reshape(figure.axes, (4, 3))
    for column, cards in zip(panels.T, columns.values(), strict=True):
        for number, axes in enumerate(column):
            np.testing.assert_allclose(printed(axes), cards[:, :, number].round(1))
    assert [axes.get_title() for axes in panels[0]] == list(columns)
    assert r"at the start, learned, $\frac$" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
