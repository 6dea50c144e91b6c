"""A dot for each seed, a bar over their range, and the mean in numbers."""

import pytest

from cnn_course import figures
from tests.legible import assert_legible

RUNS = {"20": [0.53, 0.55, 0.49], "100": [0.71, 0.73, 0.72], "2,500": [0.83, 0.84, 0.83]}

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.mark.parametrize("joined", [False, True])
def test_seed_dots_is_legible(joined):
    assert_legible(figures.seed_dots(RUNS, title="accuracy", xlabel="labelled pictures", joined=joined))


def test_dots_and_bars_are_the_runs():
    (axes,) = figures.seed_dots(RUNS, title="accuracy", xlabel="labels").axes
    lines = axes.get_lines()
    for place, values in enumerate(RUNS.values()):
        bar, dots = lines[2 * place : 2 * place + 2]
        assert list(bar.get_ydata()) == [min(values), max(values)]
        assert list(dots.get_ydata()) == values
        assert set(dots.get_xdata()) == {place}
    assert [text.get_text() for text in axes.texts] == ["0.523", "0.720", "0.833"]


def test_a_line_joins_the_means_if_wanted():
    (axes,) = figures.seed_dots(RUNS, title="accuracy", xlabel="labels", joined=True).axes
    assert axes.get_lines()[0].get_ydata() == pytest.approx([0.5233, 0.72, 0.8333], abs=1e-3)


def test_description_holds_means_and_ranges():
    assert "20 0.523 (0.490 to 0.550)" in repr(figures.seed_dots(RUNS, title="accuracy", xlabel="labels"))
