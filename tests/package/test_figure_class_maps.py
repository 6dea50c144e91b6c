"""Each place of a map colours its rectangle of pixels, in one scale for each column."""

import numpy as np
import pytest

from cnn_course import figures
from cnn_course.figures.class_maps import overlaid
from cnn_course.show.style import SIGNED
from tests.legible import assert_legible, drawn

rng = np.random.default_rng(0)
PICTURES = rng.random((4, 28, 56, 1)).astype(np.float32)
MAPS = [None, None, rng.normal(size=(7, 14)), 3 * rng.normal(size=(7, 14))]
TITLES = ["a typical pair", "the worst", "left, Trouser:\n82 % on the left", "right, T-shirt/top:\n9 % on the right"]

pytestmark = pytest.mark.usefixtures("course_style")


def test_class_maps_are_legible():
    assert_legible(figures.class_maps(PICTURES, MAPS, TITLES, columns=2))


def test_pictures_without_a_map_are_negatives():
    figure = figures.class_maps(PICTURES, MAPS, TITLES, columns=2)
    np.testing.assert_allclose(drawn(figure.axes[0]), 1 - PICTURES[0, ..., 0], atol=1e-6)


def test_an_empty_picture_shows_the_colours_of_the_scale():
    figure = figures.class_maps(np.zeros((4, 28, 56)), MAPS, TITLES, columns=2)
    for axes, bar, heat in zip(figure.axes[2:4], figure.axes[4:], MAPS[2:], strict=True):
        limit = np.abs(heat).max()
        wanted = SIGNED((heat / limit + 1) / 2)[..., :3]
        np.testing.assert_allclose(drawn(axes)[::4, ::4], wanted, atol=1e-6)
        np.testing.assert_allclose(drawn(axes)[3::4, 3::4], wanted, atol=1e-6)
        np.testing.assert_allclose(bar.get_xlim(), (-limit, limit))


def test_the_picture_is_seen_through_the_colours():
    paper, colours = np.array([[1.0, 0], [1, 0.5]]), np.array([[[1.0, 0.5, 0]]])
    np.testing.assert_allclose(overlaid(paper, colours)[..., 0], [[1, 0.4], [1, 0.7]])
    np.testing.assert_allclose(overlaid(paper, colours)[..., 1], [[0.5, 0.2], [0.5, 0.35]])


def test_description_holds_the_titles_and_the_scale():
    said = repr(figures.class_maps(PICTURES, MAPS, TITLES, columns=2))
    assert "left, Trouser: 82 % on the left" in said and said.endswith("the largest value of each column is 3.3, 7.8.")
