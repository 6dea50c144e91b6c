"""The bars of the challenge are as high as the errors, and hatched where features were made by hand."""

import pandas as pd
import pytest

from cnn_course import data, figures
from tests.legible import assert_legible

pytestmark = pytest.mark.usefixtures("course_style")


def winners():
    results = data.ilsvrc_results()
    return results[results["entry"] == "winner"].set_index("year")


def test_challenge_is_legible():
    assert_legible(figures.challenge(winners(), 5.1))


def test_bars_are_the_errors_and_the_line_is_human():
    rows = winners()
    (axes,) = figures.challenge(rows, 5.1).axes
    assert [bar.get_height() for bar in axes.patches] == list(rows["top5_error"])
    hatched = [bar.get_hatch() is not None for bar in axes.patches]
    assert hatched == list(rows["kind"] == "hand-made features")
    assert set(axes.get_lines()[0].get_ydata()) == {5.1}
    assert f"{rows['top5_error'].iloc[0]:.2f}" in {text.get_text() for text in axes.texts}


def test_description_lists_both_kinds():
    rows = pd.DataFrame({"top5_error": [30.0, 10.0], "kind": ["hand-made features", "CNN"]}, index=[2010, 2012])
    said = repr(figures.challenge(rows, 5.1))
    assert "hand-made features, 30.00; CNNs, 10.00" in said and "5.1: one human" in said
