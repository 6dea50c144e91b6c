"""Every light hangs on the wall, and every sheet shows its map."""

import numpy as np
import pytest
from matplotlib.patches import Circle
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, drawn

UPRIGHT = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])

pytestmark = pytest.mark.usefixtures("course_style")


def test_every_light_hangs_on_the_wall_and_every_sheet_is_shown():
    wall = np.full((10, 8), 0.3)
    wall[3:8, 2:6] = 0.9
    maps = np.stack([correlate(wall, UPRIGHT, "valid"), correlate(wall, UPRIGHT.T, "valid")], axis=-1)
    figure = figures.flashlights(wall, maps, ["upright", r"$\frac$"], lit=(2, 1))
    left, *sheets = figure.axes
    circles = [patch for patch in left.patches if isinstance(patch, Circle)]
    assert len(circles) == 8 * 6 + 1
    assert {circle.radius for circle in circles} == {1.5}, "a light is as wide as the patch it measures"
    np.testing.assert_allclose(left.images[1].get_array(), wall[2:5, 1:4])
    np.testing.assert_array_equal([drawn(sheet) for sheet in sheets], maps.transpose(2, 0, 1))
    assert "8 by 6" in repr(figure)
    assert r"upright, $\frac$" in repr(figure)
    assert_legible(figure)
