"""The photo cut-outs: rights on file, groups kept together, composites that are what they say."""

import csv
import hashlib
import importlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnn_course import cutouts, data

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/cutouts"
LICENCES = {"GPL-2.0-or-later", "public domain"}
LEFT_OUT = (
    "helmeted",
    "pelican",
    "heron",
    "guitar",
    "cello",
    "bassoon",
    "trumpet",
    "violin",
    "drum",
    "otter",
    "kettle",
)

seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def loaded():
    return cutouts.load()


@pytest.fixture(scope="module")
def credits():
    with (FOLDER / "credits.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


# --- rights and files


def test_every_file_has_its_credit_and_every_credit_its_file(credits):
    assert sorted(row["file"] for row in credits) == sorted(path.name for path in FOLDER.glob("*.png"))
    assert {path.name for path in FOLDER.iterdir()} - {row["file"] for row in credits} == {"COPYING", "credits.csv"}
    for row in credits:
        assert row["licence"] in LICENCES and row["credit"] and len(row["sha256"]) == 64
        assert row["evidence"].startswith(("CHANGES ", "CONTRIBUTORS: ")), row["file"]
        assert not any(name in row["source"] for name in LEFT_OUT), row["source"]
    assert "GNU GENERAL PUBLIC LICENSE" in (FOLDER / "COPYING").read_text()


def test_the_pictures_are_small_and_fill_their_frames(loaded):
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 4_000_000
    for image in loaded.images:
        assert image.dtype == np.uint8 and image.shape[2] == 4 and 40 <= max(image.shape[:2]) <= 160
        covered = image[..., 3] > 0
        assert covered[0].any() and covered[-1].any() and covered[:, 0].any() and covered[:, -1].any()
        assert not image[~covered].any()  # nothing is hidden under the transparent part


def test_load_agrees_with_the_credits_and_cannot_be_altered(loaded, credits):
    assert len(loaded.images) == len(loaded.names) == len(loaded.labels) == len(loaded.groups) == len(credits)
    assert loaded.class_names == ("bird", "flower", "food", "mammal", "object")
    assert loaded.labels.dtype == loaded.groups.dtype == np.int64
    for name, label, row in zip(loaded.names, loaded.labels, credits, strict=True):
        assert (f"{name}.png", loaded.class_names[label]) == (row["file"], row["class"])
    for array in (*loaded.images, loaded.labels, loaded.groups):
        with pytest.raises(ValueError):
            array[0] = 0
    assert repr(loaded) == f"<{len(credits)} photo cut-outs in 5 classes>"


def test_the_readme_tells_how_many_there_are(loaded):
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    for label, name in enumerate(loaded.class_names):
        of_class = loaded.labels == label
        assert f"| `{name}` | {of_class.sum()} | {len(set(loaded.groups[of_class]))} |" in text
    files = len(loaded.images)
    assert f"{files} photo cut-outs" in text


# --- groups


def signature(image):
    """A cut-out as 16 x 16 cells of colour times opacity, and of opacity; whatever its size and shape was."""
    small = Image.fromarray(image).resize((16, 16), Image.Resampling.BOX)
    values = np.asarray(small).astype(float)
    return np.concatenate([values[..., :3] * values[..., 3:] / 255, values[..., 3:]], axis=-1)


def distance(one, other):
    """How different two signatures are, 0 to about 1, mirrored or not: the change against what there is."""
    size = np.maximum(one, other).sum()
    return min(np.abs(one - turned).sum() for turned in (other, other[:, ::-1])) / size


def closest(images, groups):
    """The smallest distance between two cut-outs of different groups, and their places."""
    signatures = [signature(image) for image in images]
    pairs = ((i, j) for i in range(len(images)) for j in range(i) if groups[i] != groups[j])
    return min((distance(signatures[i], signatures[j]), i, j) for i, j in pairs)


TOO_CLOSE = 0.15


def test_no_two_groups_share_a_near_duplicate(loaded):
    found, i, j = closest(loaded.images, loaded.groups)
    assert found > TOO_CLOSE, (loaded.names[i], loaded.names[j])


@pytest.mark.parametrize("place", [0, 40, 60, 100, 150])
def test_a_near_duplicate_in_another_group_would_be_found(loaded, place):
    """Mirrored, smaller, darker: still the same photograph."""
    copy = Image.fromarray(loaded.images[place]).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    copy = np.array(copy.resize((copy.width * 2 // 3, copy.height * 2 // 3), Image.Resampling.BICUBIC))
    copy[..., :3] = copy[..., :3] * 0.9
    found, _, _ = closest([*loaded.images, copy], [*loaded.groups, -1])
    assert found < TOO_CLOSE


def test_a_group_lies_in_one_class(loaded):
    for group in set(loaded.groups):
        assert len(set(loaded.labels[loaded.groups == group])) == 1
    assert len(set(loaded.groups)) < len(loaded.groups)


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_a_split_keeps_groups_whole_and_classes_balanced(seed):
    loaded = cutouts.load()
    train, test = cutouts.split(loaded, seed)
    assert sorted([*train, *test]) == list(range(len(loaded.images)))
    assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()
    assert not set(loaded.groups[train]) & set(loaded.groups[test])
    for label in range(5):
        total, drawn = (loaded.labels == label).sum(), (loaded.labels[train] == label).sum()
        largest = np.unique(loaded.groups[loaded.labels == label], return_counts=True)[1].max()
        assert drawn >= 10 and total / 2 <= drawn < max(10, total / 2) + largest
        assert total - drawn >= 6
    again = cutouts.split(loaded, seed)
    np.testing.assert_array_equal(again[0], train)


def test_another_seed_splits_otherwise(loaded):
    assert len({tuple(cutouts.split(loaded, seed)[0]) for seed in range(5)}) == 5


# --- backgrounds and composites


@pytest.mark.parametrize("part", ["train", "test"])
def test_backgrounds_are_reproducible_and_do_not_depend_on_how_many(part):
    some = cutouts.backgrounds(12, 48, part=part, seed=3)
    assert some.shape == (12, 48, 48, 3) and some.dtype == np.uint8
    np.testing.assert_array_equal(cutouts.backgrounds(5, 48, part=part, seed=3), some[:5])
    assert len({picture.tobytes() for picture in some}) == 12
    assert (cutouts.backgrounds(12, 48, part=part, seed=4) != some).any(axis=(1, 2, 3)).all()


def test_training_and_test_backgrounds_are_disjoint():
    walls = cutouts.WALLS
    assert not set(walls["train"]) & set(walls["test"])
    for part in walls.values():
        for name, (left, upper, right, lower) in part.items():
            height, width = data.picture(name).shape[:2]
            assert 0 <= left < right <= width and 0 <= upper < lower <= height
            assert min(right - left, lower - upper) >= cutouts._SMALLEST_CROP
    train = {picture.tobytes() for picture in cutouts.backgrounds(60, 24, part="train", seed=0)}
    test = {picture.tobytes() for picture in cutouts.backgrounds(60, 24, part="test", seed=0)}
    assert len(train) == len(test) == 60 and not train & test


def test_the_same_pictures_come_out_on_every_machine(loaded):
    """The digest was written down on Linux, x86-64, with the versions of requirements.lock."""
    some = cutouts.compose(loaded.images[::20], cutouts.backgrounds(8, 32, seed=1), seed=2)
    tints = cutouts.tinted([0.0, 0.3, 0.9], 32, seed=1)
    digest = hashlib.sha256(some.tobytes() + tints.tobytes()).hexdigest()
    assert digest == "3857c1c859f17951a27afddeec5110d845411cfb7bc55b0cf242a0179b905798"


def test_hues_come_out_as_asked():
    hues = np.arange(12) / 12
    made = cutouts.tinted(hues, 40, seed=0)
    assert made.shape == (12, 40, 40, 3)
    mean = made.mean(axis=(1, 2)).astype(np.uint8)
    seen = np.array(
        [Image.new("RGB", (1, 1), tuple(colour)).convert("HSV").getpixel((0, 0))[0] for colour in mean.tolist()]
    )
    gap = np.abs(seen / 255 - hues)
    assert np.minimum(gap, 1 - gap).max() < 0.03


@given(seed=seeds, size=st.integers(24, 70), place=st.integers(0, 157))
@settings(max_examples=40, deadline=None)
def test_a_composite_keeps_the_background_and_shows_all_of_the_cut_out(seed, size, place):
    """Put the same cut-out on black and on white: opaque pixels agree, transparent ones are the background."""
    image = cutouts.load().images[place]
    grounds = np.zeros((2, size, size, 3), np.uint8)
    grounds[1] = 255
    before = grounds.copy()
    black = cutouts.compose([image], grounds[:1], seed=seed)[0].astype(int)
    white = cutouts.compose([image], grounds[1:], seed=seed)[0].astype(int)
    np.testing.assert_array_equal(grounds, before)
    alpha = 255 - (white - black)  # the share of the background that is left tells the opacity
    assert alpha.min() >= 0 and (np.ptp(alpha, axis=-1) <= 1).all()
    covered = (alpha > 1).any(axis=-1)
    height, width = (np.ptp(np.flatnonzero(covered.any(axis=axis))) + 1 for axis in (1, 0))
    assert size * 0.45 <= max(height, width) <= size * 0.95
    assert abs(height / width - image.shape[0] / image.shape[1]) <= 0.35 * image.shape[0] / image.shape[1]
    noise = np.random.default_rng(seed).integers(0, 256, (1, size, size, 3), dtype=np.uint8)
    on_noise = cutouts.compose([image], noise, seed=seed)[0]
    np.testing.assert_array_equal(on_noise[alpha.max(axis=-1) == 0], noise[0][alpha.max(axis=-1) == 0])
    opaque = alpha.min(axis=-1) == 255
    np.testing.assert_array_equal(on_noise[opaque], black[opaque])


def test_places_and_sizes_vary(loaded):
    grounds = np.zeros((20, 60, 60, 3), np.uint8)
    made = cutouts.compose([loaded.images[0]] * 20, grounds, seed=0)
    assert len({picture.tobytes() for picture in made}) == 20
    lit = (made > 40).any(axis=-1).sum(axis=(1, 2))
    assert lit.max() > 1.8 * lit.min()


def test_errors_say_what_to_do(loaded):
    with pytest.raises(ValueError, match='"train" and "test"'):
        cutouts.backgrounds(1, 32, part="valid", seed=0)
    with pytest.raises(ValueError, match="2 cut-outs need as many backgrounds; you gave 1"):
        cutouts.compose(loaded.images[:2], np.zeros((1, 32, 32, 3), np.uint8), seed=0)
    with pytest.raises(ValueError, match="yours have"):
        cutouts.compose(loaded.images[:1], np.zeros((1, 32, 32), np.uint8), seed=0)
    with pytest.raises(ValueError, match="height, width, 4"):
        cutouts.compose([np.zeros((9, 9, 3), np.uint8)], np.zeros((1, 32, 32, 3), np.uint8), seed=0)


# --- the tool


@pytest.fixture
def make(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("tools.provenance.cutouts")


def test_the_tool_crops_shrinks_and_refuses_another_file(make, tmp_path):
    pixels = np.zeros((400, 300, 4), np.uint8)
    pixels[..., 0] = 200  # red everywhere, seen only in the middle
    pixels[100:300, 50:250, 3] = 255
    source = tmp_path / make.STAMPS / "a/b.png"
    source.parent.mkdir(parents=True)
    Image.fromarray(pixels).save(source)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    table = tmp_path / "credits.csv"
    table.write_text(f"file,source,sha256\nb.png,a/b.png,{digest}\n")
    [(name, picture)] = make.read_originals(tmp_path, table)
    assert name == "b.png"
    made = np.asarray(make.cut_out(picture))
    assert made.shape == (160, 160, 4) and (made == [200, 0, 0, 255]).all()

    source.write_bytes(source.read_bytes() + b"x")
    with pytest.raises(SystemExit, match="is not the file"):
        list(make.read_originals(tmp_path, table))
    source.unlink()
    with pytest.raises(SystemExit, match="is missing"):
        list(make.read_originals(tmp_path, table))


def test_a_small_picture_is_not_enlarged_and_hidden_colour_goes(make):
    pixels = np.full((20, 30, 4), 90, np.uint8)
    pixels[:10, :10, 3] = 0
    made = np.asarray(make.cut_out(Image.fromarray(pixels)))
    assert made.shape == (20, 30, 4) and not made[:10, :10].any() and (made[10:, 10:] == 90).all()


def test_another_draw_deals_and_paints_anew(monkeypatch):
    some = cutouts.load()

    def dealt():
        walls = cutouts.backgrounds(3, 32, seed=5)
        return cutouts.split(some, 5)[0].tolist(), walls, cutouts.compose(some.images[:3], walls, seed=5)

    first, again = dealt(), dealt()
    monkeypatch.setenv("CNN_COURSE_DRAW", "1")
    other = dealt()
    assert first[0] == again[0] != other[0]
    for one, same, another in zip(first[1:], again[1:], other[1:], strict=True):
        np.testing.assert_array_equal(one, same)
        assert (one != another).mean() > 0.5
