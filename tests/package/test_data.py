"""The data: complete, correct, immutable, and clear about what is wrong with it when something is."""

import csv
import gzip
import hashlib
import importlib
import shutil
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnn_course import _files, data

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
COLOUR = ["astronaut", "cat", "coffee", "galaxies", "raccoon"]
GREY = ["brick", "camera", "coins", "grass", "gravel"]

needs_originals = pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")


def forget():
    """Make `cnn_course.data` read every file anew."""
    for cached in (data._bundled_fashion_mnist, data._picture, _files.catalogue, data._downloaded_fashion_mnist):
        cached.cache_clear()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the data folder that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setattr(_files, "FOLDER", copy)
    forget()
    yield copy
    forget()


@pytest.fixture
def tools(monkeypatch):
    """Import a script of tools/provenance by its name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"tools.provenance.{name}")


def register(folder, file):
    """Enter a changed file into the copy's checksums.csv, as somebody would who wants it accepted."""
    content = (folder / file).read_bytes()
    lines = (folder / "checksums.csv").read_text().splitlines()
    entry = f"{file},{hashlib.sha256(content).hexdigest()},{len(content)}"
    lines = [entry if line.startswith(file) else line for line in lines]
    (folder / "checksums.csv").write_text("\n".join(lines) + "\n")


# --- the files


def test_every_data_file_is_listed_with_its_checksum():
    with (ROOT / "data/checksums.csv").open(newline="") as file:
        listed = {row["file"]: (row["sha256"], int(row["bytes"])) for row in csv.DictReader(file)}
    files = {path.relative_to(ROOT / "data").as_posix(): path for path in (ROOT / "data").rglob("*") if path.is_file()}
    not_data = {"README.md", "checksums.csv", "reference_runs.csv"}
    assert listed.keys() == files.keys() - not_data
    for name, (digest, size) in listed.items():
        content = files[name].read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, size), name


def test_checksums_are_written_as_they_stand(tools, folder):
    before = (folder / "checksums.csv").read_bytes()
    tools("checksums").write_checksums(folder)
    assert (folder / "checksums.csv").read_bytes() == before


def test_the_readme_tells_about_every_file_and_its_shape():
    text = (ROOT / "data/README.md").read_text()
    assert "fashion_mnist.npz" in text and "Copyright © 2017 Zalando SE" in text
    for name in COLOUR + GREY:
        shape = data.picture(name).shape
        assert f"| `{name}` | {shape} |" in text


def test_the_bundle_keeps_the_places_of_its_pictures():
    with np.load(ROOT / "data/fashion_mnist.npz", allow_pickle=False) as arrays:
        index = arrays["train_index"]
        assert set(arrays) == {"x_train", "y_train", "train_index", "x_test", "y_test"}
    assert index.shape == (20_000,) and (np.diff(index.astype(int)) > 0).all() and index[-1] < 60_000


@needs_originals
def test_the_bundle_is_made_of_the_originals(tools, tmp_path):
    make = tools("fashion_mnist")
    arrays = make.bundle(make.read_originals(DEBIAN))
    with np.load(ROOT / "data/fashion_mnist.npz", allow_pickle=False) as bundled:
        for name in bundled:
            assert arrays[name].dtype == bundled[name].dtype
            np.testing.assert_array_equal(arrays[name], bundled[name])
    labels = gzip.decompress((DEBIAN / "train-labels-idx1-ubyte.gz").read_bytes())[8:]
    seen = [0] * 10
    expected = []
    for place, label in enumerate(labels):
        if seen[label] < 2_000:
            expected.append(place)
        seen[label] += 1
    assert arrays["train_index"].tolist() == expected

    make.save(tmp_path / "a.npz", arrays)
    if zlib.ZLIB_RUNTIME_VERSION == "1.2.13":  # another zlib may pack the same arrays differently
        assert (tmp_path / "a.npz").read_bytes() == (ROOT / "data/fashion_mnist.npz").read_bytes()


def test_the_bundle_is_not_made_of_anything_else(tools, tmp_path):
    for name in tools("fashion_mnist").FILES:
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte.gz .* is not the published file"):
        tools("fashion_mnist").read_originals(tmp_path)


def test_the_same_arrays_give_the_same_bytes(tools, tmp_path):
    save = tools("fashion_mnist").save
    arrays = {"a": np.arange(12, dtype=np.uint8).reshape(3, 4), "b": np.ones(5)}
    save(tmp_path / "first.npz", arrays)
    time.sleep(2.1)  # a date in a zip file has a resolution of two seconds
    save(tmp_path / "second.npz", arrays)
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    with np.load(tmp_path / "first.npz", allow_pickle=False) as loaded:
        np.testing.assert_array_equal(loaded["a"], arrays["a"])


@pytest.mark.parametrize(("before", "after"), [((640, 480), (320, 240)), ((300, 451), (213, 320)), ((9, 7), (9, 7))])
def test_photos_are_shrunk_and_never_enlarged(tools, before, after):
    assert tools("pictures").shrink(Image.new("RGB", before)).size == after


# --- load and photo


def test_fashion_mnist_as_it_is_bundled():
    clothes = data.fashion_mnist(test=10_000)
    assert clothes.x_train.shape == (20_000, 28, 28) and clothes.y_train.shape == (20_000,)
    assert clothes.x_test.shape == (10_000, 28, 28) and clothes.y_test.shape == (10_000,)
    assert np.bincount(clothes.y_train).tolist() == [2_000] * 10
    assert np.bincount(clothes.y_test).tolist() == [1_000] * 10
    assert len(set(clothes.class_names)) == 10 and clothes.class_names[8] == "Bag"
    assert repr(clothes) == "<20,000 training, 0 validation, 10,000 test pictures in 10 classes>"


def test_arrays_are_uint8_and_read_only():
    clothes = data.fashion_mnist(train=50, validation=30, test=20)
    parts = (clothes.x_train, clothes.y_train, clothes.x_val, clothes.y_val, clothes.x_test, clothes.y_test)
    for array in (*parts, data.picture("cat")):
        assert array.dtype == np.uint8
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        clothes.x_train = clothes.x_test


@settings(deadline=None)
@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=60), share=st.floats(0, 1))
def test_choice_takes_the_classes_in_turn(labels, share):
    n = round(share * len(labels))
    in_turn = sorted(range(len(labels)), key=lambda i: (labels[:i].count(labels[i]), i))
    chosen = data.of_each_class(np.array(labels, dtype=np.uint8), n)
    assert chosen.tolist() == sorted(in_turn[:n])


def test_another_draw_has_other_pictures(monkeypatch):
    parts = []
    for draw in ("0", "1", "2"):
        monkeypatch.setenv("CNN_COURSE_DRAW", draw)
        part = data.fashion_mnist(train=6_000, validation=600, test=2_000)
        assert np.bincount(part.y_train).tolist() == [600] * 10
        parts.append(rows(part.x_train) | rows(part.x_val) | rows(part.x_test))
    assert len(parts[0] | parts[1] | parts[2]) == sum(map(len, parts))
    monkeypatch.delenv("CNN_COURSE_DRAW")
    assert rows(data.fashion_mnist(train=6_000, validation=600).x_train) <= parts[0]


@settings(deadline=None)
@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=60), share=st.floats(0, 1), draw=st.integers(0, 9))
def test_every_draw_is_stratified_as_far_as_the_classes_reach(labels, share, draw):
    n = round(share * len(labels))
    labels = np.array(labels, dtype=np.uint8)
    chosen = data.of_each_class(labels, n, draw)
    assert len(set(chosen.tolist())) == n and (np.diff(chosen) > 0).all()
    counts, most = np.bincount(labels[chosen], minlength=5), np.bincount(labels, minlength=5)
    assert all(counts[k] >= min(most[k], counts.max() - 1) for k in range(5))


@settings(deadline=None)
@given(train=st.integers(1, 20_000), test=st.integers(1, 10_000))
def test_parts_are_stratified(train, test):
    clothes = data.fashion_mnist(train=train, test=test)
    for labels, images, n in ((clothes.y_train, clothes.x_train, train), (clothes.y_test, clothes.x_test, test)):
        counts = np.bincount(labels, minlength=10)
        assert images.shape == (n, 28, 28) and counts.sum() == n
        assert counts.max() - counts.min() == (0 if n % 10 == 0 else 1)


def test_a_part_holds_the_first_pictures_of_each_class_in_order():
    whole, part = data.fashion_mnist(), data.fashion_mnist(train=300)
    for label in range(10):
        of_class = whole.x_train[whole.y_train == label]
        np.testing.assert_array_equal(part.x_train[part.y_train == label], of_class[:30])
    everything = iter(whole.x_train.reshape(-1, 784).tolist())
    assert all(picture in everything for picture in part.x_train.reshape(-1, 784).tolist())  # in this order


def test_nobody_gets_test_pictures_who_does_not_ask():
    clothes = data.fashion_mnist(train=100)
    assert len(clothes.y_test) == len(clothes.y_val) == len(clothes.x_test) == len(clothes.x_val) == 0


def rows(pictures):
    return {picture.tobytes() for picture in pictures}


@settings(deadline=None, max_examples=30)
@given(train=st.integers(1, 18_000), validation=st.integers(1, 2_000), draw=st.sampled_from(["0", "1", "2", "7"]))
def test_what_is_held_out_is_stratified_and_never_trained_on(train, validation, draw):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_COURSE_DRAW", draw)
        clothes = data.fashion_mnist(train=train, validation=validation)
    counts = np.bincount(clothes.y_val, minlength=10)
    assert clothes.x_val.shape == (validation, 28, 28) and counts.max() - counts.min() <= 1
    assert len(clothes.x_train) == train and rows(clothes.x_train).isdisjoint(rows(clothes.x_val))


def test_all_pictures_can_be_trained_on_or_held_out():
    clothes, whole = data.fashion_mnist(train=18_000, validation=2_000), data.fashion_mnist()
    assert rows(clothes.x_train) | rows(clothes.x_val) == rows(whole.x_train)
    assert rows(data.fashion_mnist(train=10, validation=500).x_val) < rows(clothes.x_val)


@pytest.mark.parametrize("name", COLOUR)
def test_colour_photos(name):
    photo = data.picture(name)
    assert photo.dtype == np.uint8 and photo.ndim == 3 and photo.shape[2] == 3
    assert max(photo.shape) == 320 and (photo[..., 0] != photo[..., 2]).any()


@pytest.mark.parametrize("name", GREY)
def test_grey_photos(name):
    photo = data.picture(name)
    assert photo.dtype == np.uint8 and photo.ndim == 2 and max(photo.shape) == 320
    assert photo.std() > 10


def test_there_are_no_other_photos():
    assert sorted(path.stem for path in (ROOT / "data/pictures").iterdir()) == sorted(COLOUR + GREY)


# --- wrong requests


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'dog'.*astronaut, brick, camera, cat, coffee"):
        data.picture("dog")
    with pytest.raises(ValueError, match=r"no picture called '../checksums'"):
        data.picture("../checksums")


@pytest.mark.parametrize("train", [20_001, 60_000])
def test_more_than_is_bundled(train):
    with pytest.raises(ValueError, match=r"between 1 and 20,000.*60_000 needs download=True"):
        data.fashion_mnist(train=train)


@pytest.mark.parametrize(("train", "test"), [(0, 10), (-1, 10), (10, -1), (10, 10_001)])
def test_impossible_numbers(train, test):
    with pytest.raises(ValueError, match=r"choose between [01] and"):
        data.fashion_mnist(train=train, test=test)


@pytest.mark.parametrize(("train", "validation"), [(19_001, 1_000), (100, -1), (100, 19_991)])
def test_impossible_numbers_to_hold_out(train, validation):
    with pytest.raises(ValueError, match=r"choose between [01] and"):
        data.fashion_mnist(train=train, validation=validation)


# --- damaged files


def test_a_missing_file(folder):
    (folder / "pictures/cat.png").unlink()
    with pytest.raises(data.DataError) as caught:
        data.picture("cat")
    message = str(caught.value)
    assert "data/pictures/cat.png is missing" in message and "git checkout -- data/pictures/cat.png" in message
    assert str(folder) not in message
    assert data.picture("coffee").shape == (213, 320, 3)  # the others are still there


def test_a_missing_catalogue(folder):
    (folder / "checksums.csv").unlink()
    with pytest.raises(data.DataError, match=r"data/checksums\.csv is missing.*git checkout"):
        data.fashion_mnist()


def test_a_truncated_file(folder):
    file = folder / "fashion_mnist.npz"
    file.write_bytes(file.read_bytes()[:1_000])
    with pytest.raises(data.DataError, match=r"data/fashion_mnist\.npz is cut off: 1,000 of 13,\d{3},\d{3} bytes"):
        data.fashion_mnist()


@pytest.mark.parametrize("place", [0, 5_000, -1])
def test_an_altered_file(folder, place):
    file = folder / "fashion_mnist.npz"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(data.DataError, match=r"data/fashion_mnist\.npz has been altered.*git checkout"):
        data.fashion_mnist()


def test_a_package_without_its_data(folder):
    shutil.rmtree(folder)
    with pytest.raises(data.DataError, match=r"data folder of the course is missing.*pip install -e"):
        data.fashion_mnist()


class Malice:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def test_a_pickle_is_never_run_even_with_the_right_checksum(folder, tmp_path):
    mark = tmp_path / "was_run"
    file = folder / "fashion_mnist.npz"
    np.savez(file, **dict.fromkeys(("x_train", "y_train", "x_test", "y_test"), np.array([Malice(mark)], dtype=object)))
    with pytest.raises(data.DataError, match=r"has been altered|is cut off"):
        data.fashion_mnist()
    register(folder, "fashion_mnist.npz")
    forget()
    with pytest.raises(ValueError, match="allow_pickle=False"):
        data.fashion_mnist()
    assert not mark.exists()
    with np.load(file, allow_pickle=True) as arrays:
        arrays["x_train"]
    assert mark.exists()  # so the pickle was a live one


@pytest.mark.parametrize(
    "content",
    [b"", b"file,sha256,bytes\n", b"nonsense", b"file,sha256\na,b\n", b"file,sha256,bytes\na,b,many\n", b"\xff\xfe\x00",
     b'file,sha256,bytes\n"pictures/cat.png,1,2\n', b"file,sha256,bytes\npictures/cat.png,short,3\n"],
)  # fmt: skip
def test_a_damaged_catalogue(folder, content):
    (folder / "checksums.csv").write_bytes(content)
    for ask in (data.fashion_mnist, lambda: data.picture("cat"), data.ilsvrc_results):
        with pytest.raises(data.DataError, match=r"data/checksums\.csv, the list of the data files, is damaged.*git"):
            ask()
        forget()


def test_a_file_that_is_not_listed():
    with pytest.raises(data.DataError, match=r"data/README\.md is no file of the course"):
        _files.verified("README.md")


def test_a_file_without_permission(folder, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied")

    assert _files.catalogue()
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(data.DataError, match=r"cannot be read; the system says: Permission denied\. Give yourself"):
        data.picture("cat")


# --- the full set, which Keras fetches


@pytest.fixture
def published(monkeypatch):
    """Stands for what Keras fetches: 30,000 training pictures, the bundled ones among them, and the test pictures."""
    import keras

    forget()
    bundled = data.fashion_mnist(test=10_000)
    x = np.concatenate([bundled.x_train, np.zeros((10_000, 28, 28), np.uint8)])
    y = np.concatenate([bundled.y_train, (np.arange(10_000) % 10).astype(np.uint8)])
    calls = []

    def load_data():
        calls.append(1)
        return (x, y), (bundled.x_test, bundled.y_test)

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", load_data)
    yield x, y, calls
    forget()


def test_more_pictures_are_fetched_once(published):
    for _ in range(2):
        assert np.bincount(data.fashion_mnist(train=30_000, download=True).y_train).tolist() == [3_000] * 10
    part = data.fashion_mnist(train=25_000, download=True)
    bundled = data.fashion_mnist()
    for label in range(10):
        np.testing.assert_array_equal(
            part.x_train[part.y_train == label][:2_000], bundled.x_train[bundled.y_train == label]
        )
    assert len(published[2]) == 1
    held_out = data.fashion_mnist(train=28_000, validation=2_000, download=True)
    np.testing.assert_array_equal(held_out.x_val, data.fashion_mnist(train=10, validation=2_000).x_val)
    assert rows(held_out.x_train).isdisjoint(rows(held_out.x_val))


def test_nothing_is_fetched_that_is_bundled(published):
    assert data.fashion_mnist(train=20_000, download=True).x_train.any()
    assert published[2] == []


def test_more_than_exists(published):
    with pytest.raises(ValueError, match="You asked for 30,001 train pictures; choose between 1 and 30,000"):
        data.fashion_mnist(train=30_001, download=True)


def test_another_draw_of_the_full_set_is_believed_too(published, monkeypatch):
    monkeypatch.setenv("CNN_COURSE_DRAW", "1")
    assert len(data.fashion_mnist(train=25_000, download=True).x_train) == 25_000


def test_something_else_than_the_published_set_is_refused(published):
    published[0][12_345, 3, 4] ^= 1
    with pytest.raises(data.DataError, match=r"not Fashion-MNIST as it was published.*Delete the folder"):
        data.fashion_mnist(train=30_000, download=True)


def test_no_network(monkeypatch):
    import keras

    def fails():
        raise Exception("URL fetch failure on train-labels: None -- no route to host")

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", fails)
    forget()
    with pytest.raises(data.DataError, match=r"could not be downloaded: URL fetch.*Look at the connection"):
        data.fashion_mnist(train=60_000, download=True)
    assert len(data.fashion_mnist(train=100).x_train) == 100
