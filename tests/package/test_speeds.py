"""The figures of lesson 16 on speed: each says of what, with what, when and by whom, and none is impossible."""

from cnn_course import data


def test_each_figure_says_where_it_is_from():
    speeds = data.speeds()
    assert set(speeds["origin"]) == {"published", "measured"}
    published = speeds[speeds["origin"] == "published"]
    assert published["reference"].str.startswith("https://").all()
    assert set(speeds["use"]) == {"forward", "training"}
    assert set(speeds["xla"]) == {"yes", "no", "not told"}
    assert speeds["date"].str.fullmatch(r"20\d\d-\d\d(-\d\d)?").all()
    assert (speeds["software"].str.len() > 0).all()
    columns = ["device", "use", "net", "precision", "xla", "devices", "batch"]
    assert not speeds.duplicated(columns).any()


def test_numbers_are_possible():
    speeds = data.speeds()
    assert speeds["pictures_a_second"].between(0.1, 1e5).all()
    assert speeds[["devices", "batch"]].ge(1).all(axis=None)
    assert speeds.loc[speeds["origin"] == "measured", "peak_gb"].between(0.1, 64).all()
    one = speeds[(speeds["devices"] == 1) & (speeds["net"] == "ResNet-50 v1.5") & (speeds["batch"] == 256)]
    by_use = one.groupby(["device", "precision", "xla", "use"])["pictures_a_second"].first().unstack("use").dropna()
    assert len(by_use) >= 3 and (by_use["forward"] > by_use["training"]).all()
