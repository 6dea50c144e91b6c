"""The data: complete, correct, immutable, and clear about what is wrong with it when something is."""

import csv
import gzip
import hashlib
import importlib
import shutil
import socket
import threading
import time
import zlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnn_course import data

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
COLOUR = ["astronaut", "cat", "coffee", "galaxies", "raccoon"]
GREY = ["brick", "camera", "coins", "grass", "gravel"]

needs_originals = pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")


def forget():
    """Make `cnn_course.data` read every file anew."""
    for cached in (data._bundled_fashion_mnist, data._photo, data._catalogue, data._downloaded_fashion_mnist):
        cached.cache_clear()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the data folder that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setattr(data, "_FOLDER", copy)
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
        shape = data.photo(name).shape
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
    for name in data.FASHION_MNIST_FILES:
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
    clothes = data.load("fashion_mnist")
    assert clothes.x_train.shape == (20_000, 28, 28) and clothes.y_train.shape == (20_000,)
    assert clothes.x_test.shape == (10_000, 28, 28) and clothes.y_test.shape == (10_000,)
    assert np.bincount(clothes.y_train).tolist() == [2_000] * 10
    assert np.bincount(clothes.y_test).tolist() == [1_000] * 10
    assert len(set(clothes.class_names)) == 10 and clothes.class_names[8] == "Bag"
    assert repr(clothes) == "<20,000 training and 10,000 test pictures in 10 classes>"


def test_arrays_are_uint8_and_read_only():
    clothes = data.load("fashion_mnist", train=50, test=20)
    for array in (clothes.x_train, clothes.y_train, clothes.x_test, clothes.y_test, data.photo("cat")):
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
    chosen = data.first_of_each_class(np.array(labels, dtype=np.uint8), n)
    assert chosen.tolist() == sorted(in_turn[:n])


@settings(deadline=None)
@given(train=st.integers(1, 20_000), test=st.integers(1, 10_000))
def test_parts_are_stratified(train, test):
    clothes = data.load("fashion_mnist", train=train, test=test)
    for labels, images, n in ((clothes.y_train, clothes.x_train, train), (clothes.y_test, clothes.x_test, test)):
        counts = np.bincount(labels, minlength=10)
        assert images.shape == (n, 28, 28) and counts.sum() == n
        assert counts.max() - counts.min() == (0 if n % 10 == 0 else 1)


def test_a_part_holds_the_first_pictures_of_each_class_in_order():
    whole, part = data.load("fashion_mnist"), data.load("fashion_mnist", train=300, test=100)
    for label in range(10):
        of_class = whole.x_train[whole.y_train == label]
        np.testing.assert_array_equal(part.x_train[part.y_train == label], of_class[:30])
    rows = iter(whole.x_train.reshape(-1, 784).tolist())
    assert all(picture in rows for picture in part.x_train.reshape(-1, 784).tolist())  # in this order


@pytest.mark.parametrize("name", COLOUR)
def test_colour_photos(name):
    photo = data.photo(name)
    assert photo.dtype == np.uint8 and photo.ndim == 3 and photo.shape[2] == 3
    assert max(photo.shape) == 320 and (photo[..., 0] != photo[..., 2]).any()


@pytest.mark.parametrize("name", GREY)
def test_grey_photos(name):
    photo = data.photo(name)
    assert photo.dtype == np.uint8 and photo.ndim == 2 and max(photo.shape) == 320
    assert photo.std() > 10


def test_there_are_no_other_photos():
    assert sorted(path.stem for path in (ROOT / "data/pictures").iterdir()) == sorted(COLOUR + GREY)


# --- wrong requests


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'mnist'.*fashion_mnist"):
        data.load("mnist")
    with pytest.raises(ValueError, match=r"'dog'.*astronaut, brick, camera, cat, coffee"):
        data.photo("dog")
    with pytest.raises(ValueError, match=r"no photo called '../checksums'"):
        data.photo("../checksums")


@pytest.mark.parametrize("train", [20_001, 60_000])
def test_more_than_is_bundled(train):
    with pytest.raises(ValueError, match=r"between 1 and 20,000.*60_000 needs download=True"):
        data.load("fashion_mnist", train=train)


@pytest.mark.parametrize(("train", "test"), [(0, 10), (-1, 10), (10, 0), (10, 10_001)])
def test_impossible_numbers(train, test):
    with pytest.raises(ValueError, match="choose between 1 and"):
        data.load("fashion_mnist", train=train, test=test)


# --- damaged files


def test_a_missing_file(folder):
    (folder / "pictures/cat.png").unlink()
    with pytest.raises(data.DataError) as caught:
        data.photo("cat")
    message = str(caught.value)
    assert "data/pictures/cat.png is missing" in message and "git checkout -- data/pictures/cat.png" in message
    assert str(folder) not in message
    assert data.photo("coffee").shape == (213, 320, 3)  # the others are still there


def test_a_missing_catalogue(folder):
    (folder / "checksums.csv").unlink()
    with pytest.raises(data.DataError, match=r"data/checksums\.csv is missing.*git checkout"):
        data.load("fashion_mnist")


def test_a_truncated_file(folder):
    file = folder / "fashion_mnist.npz"
    file.write_bytes(file.read_bytes()[:1_000])
    with pytest.raises(data.DataError, match=r"data/fashion_mnist\.npz is cut off: 1,000 of 13,\d{3},\d{3} bytes"):
        data.load("fashion_mnist")


@pytest.mark.parametrize("place", [0, 5_000, -1])
def test_an_altered_file(folder, place):
    file = folder / "fashion_mnist.npz"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(data.DataError, match=r"data/fashion_mnist\.npz has been altered.*git checkout"):
        data.load("fashion_mnist")


def test_a_package_without_its_data(folder):
    shutil.rmtree(folder)
    with pytest.raises(data.DataError, match=r"data folder of the course is missing.*pip install -e"):
        data.load("fashion_mnist")


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
        data.load("fashion_mnist")
    register(folder, "fashion_mnist.npz")
    forget()
    with pytest.raises(ValueError, match="allow_pickle=False"):
        data.load("fashion_mnist")
    assert not mark.exists()
    with np.load(file, allow_pickle=True) as arrays:
        arrays["x_train"]
    assert mark.exists()  # so the pickle was a live one


# --- the full set: Keras fetches it, here from a server on this machine


def fake_originals():
    """Four small files in the format of the originals: 30,000 training and 50 test pictures, all black."""
    labels = lambda n: bytes(8) + bytes(range(10)) * (n // 10)  # noqa: E731
    contents = [bytes(16) + bytes(30_000 * 784), labels(30_000), bytes(16) + bytes(50 * 784), labels(50)]
    return {
        name: gzip.compress(content, mtime=0) for name, content in zip(data.FASHION_MNIST_FILES, contents, strict=True)
    }


class Server(ThreadingHTTPServer):
    """Serves `files` and counts the `requests`; what it answers for the names in `faults` is up to the test."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.faults = {}
        self.requests = []

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path[1:]
        self.server.requests.append(name)
        content, fault = self.server.files[name], self.server.faults.get(name)
        if fault == "gone":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if fault in ("cut", "stall"):
            self.wfile.write(content[: len(content) // 2])
            if fault == "stall":
                self.server.stalled.wait(20)
        else:
            self.wfile.write(content[::-1] if fault == "altered" else content)
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The place where Keras keeps downloads; the user's own is left alone."""
    import keras

    monkeypatch.setattr(keras.utils, "get_file", partial(keras.utils.get_file, cache_dir=tmp_path))
    forget()
    yield tmp_path / "datasets/fashion-mnist"
    forget()


@pytest.fixture
def server(cache, monkeypatch):
    with Server() as server:
        server.stalled = threading.Event()
        server.files = fake_originals()
        monkeypatch.setattr(data, "_ORIGIN", server.origin)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in server.files.items()}
        monkeypatch.setattr(data, "FASHION_MNIST_FILES", digests)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.stalled.set()
        server.shutdown()
        thread.join()


def fetch():
    return data.load("fashion_mnist", train=30_000, test=50, download=True)


def test_a_download(server, cache, capsys):
    assert np.bincount(fetch().y_train).tolist() == [3_000] * 10
    assert "Downloading data from" in capsys.readouterr().out
    assert sorted(server.requests) == sorted(server.files)
    forget()
    assert fetch().x_test.shape == (50, 28, 28)
    assert len(server.requests) == 4  # the second time all four came from the cache


def test_nothing_is_downloaded_that_is_bundled(server):
    assert data.load("fashion_mnist", train=20_000, download=True).x_train.any()
    assert not server.requests


def test_more_than_exists(server):
    with pytest.raises(ValueError, match="You asked for 30,001 training pictures; choose between 1 and 30,000"):
        data.load("fashion_mnist", train=30_001, download=True)


@pytest.mark.parametrize("fault", ["cut", "stall", "gone"])
def test_an_interrupted_download_is_resumed(server, cache, monkeypatch, fault):
    monkeypatch.setattr(data, "_TIMEOUT", 0.5)
    second = list(server.files)[1]
    server.faults[second] = fault
    with pytest.raises(data.DataError, match=f"{second} of Fashion-MNIST could not be downloaded.*20,000"):
        fetch()
    assert [path.name for path in cache.iterdir()] == list(server.files)[:1]  # nothing half-written stays
    assert socket.getdefaulttimeout() is None
    server.faults.clear()
    server.requests.clear()
    assert len(fetch().x_train) == 30_000
    assert server.requests == list(server.files)[1:]  # the first file was kept


def test_an_altered_download_is_thrown_away(server, cache):
    first = next(iter(server.files))
    server.faults[first] = "altered"
    with pytest.raises(data.DataError, match=f"{first} of Fashion-MNIST was downloaded, but it is not the published"):
        fetch()
    assert server.requests == [first, first]
    assert not list(cache.iterdir())


def test_a_damaged_cache_is_repaired(server, cache):
    cache.mkdir(parents=True)
    first = next(iter(server.files))
    (cache / first).write_bytes(server.files[first][:100])
    assert len(fetch().x_train) == 30_000
    assert (cache / first).read_bytes() == server.files[first]


def test_no_network(cache, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but nobody listens
        monkeypatch.setattr(data, "_ORIGIN", f"http://127.0.0.1:{closed.getsockname()[1]}/")
        with pytest.raises(data.DataError, match=r"could not be downloaded.*Look at the connection"):
            data.load("fashion_mnist", train=60_000, download=True)
    assert not list(cache.iterdir())


@needs_originals
def test_the_bundle_is_a_part_of_the_full_set(server, monkeypatch):
    server.files = {path.name: path.read_bytes() for path in DEBIAN.iterdir()}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in server.files.items()}
    monkeypatch.setattr(data, "FASHION_MNIST_FILES", digests)
    bundled = data.load("fashion_mnist")
    full = data.load("fashion_mnist", train=60_000, download=True)
    assert np.bincount(full.y_train).tolist() == [6_000] * 10
    np.testing.assert_array_equal(full.x_test, bundled.x_test)
    np.testing.assert_array_equal(full.x_train[data.first_of_each_class(full.y_train, 20_000)], bundled.x_train)
