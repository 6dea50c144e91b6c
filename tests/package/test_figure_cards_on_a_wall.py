"""All cards report from the one place, and every sheet of the block shows its map."""

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.patches import Circle, ConnectionPatch
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, drawn, printed

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
CARDS = np.stack([UPRIGHT, UPRIGHT.T, -UPRIGHT, UPRIGHT[::-1].T])
NAMES = ["upright", r"$\frac$", "reverse", "level"]

pytestmark = pytest.mark.usefixtures("course_style")


def test_every_card_reports_from_the_one_place_to_its_sheet():
    wall = np.full((10, 8), 0.3)
    wall[3:8, 2:6] = 0.9
    maps = np.stack([correlate(wall, card, "valid") for card in CARDS], axis=-1)
    figure = figures.cards_on_a_wall(wall, CARDS, maps, NAMES, place=(2, 1))
    left, block, *cards = figure.axes
    assert len([patch for patch in left.patches if isinstance(patch, Circle)]) == 8 * 6
    np.testing.assert_allclose(left.images[1].get_array(), wall[2:5, 1:4])
    sheets = [np.asarray(one.get_array()) for one in block.collections if isinstance(one, QuadMesh)]
    np.testing.assert_array_equal(sheets, maps.transpose(2, 0, 1))
    for axes, card in zip(cards, CARDS, strict=True):
        np.testing.assert_array_equal(drawn(axes), card)
        np.testing.assert_array_equal(printed(axes), card)
    wires = figure.findobj(ConnectionPatch)
    assert len(wires) == 2 * len(CARDS)
    assert len({wire.xy1 for wire in wires[::2]}) == 1, "all cards are held against one place"
    for wire, sheet in zip(wires[1::2], [one for one in block.collections if isinstance(one, QuadMesh)], strict=True):
        corners = sheet.get_coordinates()[2:4, 1:3].reshape(-1, 2)  # of the cell in row 2, column 1
        np.testing.assert_allclose(wire.xy2, corners.mean(axis=0), err_msg="the arrow ends in the middle of its cell")
    assert "8 by 6 by 4" in repr(figure) and r"$\frac$ 1.8, reverse −1.8" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
