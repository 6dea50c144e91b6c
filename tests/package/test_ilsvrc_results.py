"""The results of the ImageNet challenge are complete, and each has its reference."""

from cnn_course import data


def test_each_year_of_the_challenge_has_one_winner():
    results = data.ilsvrc_results()
    winners = results[results["entry"] == "winner"]
    assert list(winners["year"]) == list(range(2010, 2018))
    assert winners["top5_error"].is_monotonic_decreasing
    assert list(winners["kind"]) == ["hand-made features"] * 2 + ["CNN"] * 6
    # As Russakovsky et al. 2015 give them, to one digit.
    assert list(winners["top5_error"].round(1))[:5] == [28.2, 25.8, 16.4, 11.7, 6.7]


def test_each_result_has_a_reference_and_a_test_set():
    results = data.ilsvrc_results()
    assert results["reference"].str.contains(r"arXiv:\d{4}\.\d{5}|arXiv:\d{4}\.\d{4}|doi:", regex=True).all()
    assert results["pictures"].ge(200).all()
    assert set(results["entry"]) == {"winner", "human", "paper"}
    assert results["top5_error"].between(0, 100).all()


def test_the_results_are_yours_to_change():
    mine = data.ilsvrc_results()
    mine["top5_error"] = 0
    assert data.ilsvrc_results()["top5_error"].gt(0).all()
