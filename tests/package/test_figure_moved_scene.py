"""The frame moves as far in the maps as in the scenes."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from scipy.signal import correlate

from cnn_course import figures
from tests.legible import assert_legible, assert_portrait_and_small, drawn

pytestmark = pytest.mark.usefixtures("course_style")


def test_the_frame_moves_with_the_scene():
    large = np.random.default_rng(0).random((70, 80))
    scenes = large[10:60, 20:70], large[4:54, 10:60]
    maps = tuple(correlate(scene, np.ones((3, 3)), "valid") for scene in scenes)
    figure = figures.moved_scene(scenes, maps, move=(6, 10), mark=(8, 9, 18))
    for axes, shown in zip(figure.axes, (scenes[0], maps[0], scenes[1], maps[1]), strict=True):
        np.testing.assert_array_equal(drawn(axes), shown)
    solid = [[patch for patch in axes.patches if isinstance(patch, Rectangle)][-1].get_xy() for axes in figure.axes]
    assert solid == [(8.5, 7.5), (8.5, 7.5), (18.5, 13.5), (18.5, 13.5)]
    limits = {axes.images[0].get_clim() for axes in figure.axes[1::2]}
    assert len(limits) == 1, "maps that are compared have one scale"
    assert "6 pixels down and 10 to the right" in repr(figure)
    assert_legible(figure)
    assert_portrait_and_small(figure)
