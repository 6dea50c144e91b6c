"""The NumPy layers against Keras, against numerical gradients, against plain loops and against SciPy."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_course import layers
from tests.oracles import (
    assert_close,
    keras,
    keras_gradients,
    keras_layer,
    naive_conv2d,
    naive_conv2d_backward,
    numerical_gradient,
    tf,
)

# The same examples everywhere and always, so that a failure is a change of the code.
thorough = settings(max_examples=60, deadline=None, derandomize=True, database=None)
brief = settings(thorough, max_examples=25)


@st.composite
def convolutions(draw, largest=12, most=3):
    """Shapes and options of a convolution that fits; stride and dilation are free of each other."""
    pair = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731
    size, stride = draw(pair(1, 4)), draw(pair(1, 3))
    dilation = draw(st.sampled_from([(1, 1), (2, 2), (1, 3)]))
    padding = draw(st.sampled_from(["valid", "same"]))
    least = [d * (k - 1) + 1 if padding == "valid" else 1 for k, d in zip(size, dilation, strict=True)]
    height, width = (draw(st.integers(low, max(low, largest))) for low in least)
    n, channels_in, channels_out = (draw(st.integers(1, most)) for _ in range(3))
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    return (n, height, width, channels_in), (*size, channels_in, channels_out), options


@st.composite
def poolings(draw, largest=11):
    """Shape, size and options of a pooling; `stride` may be left out."""
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.sampled_from(["valid", "same"]))
    height, width = (draw(st.integers(k if padding == "valid" else 1, largest)) for k in size)
    stride = draw(st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    shape = (draw(st.integers(1, 2)), height, width, draw(st.integers(1, 3)))
    return shape, size, {"stride": stride, "padding": padding}


seeds = st.integers(0, 2**32 - 1)


def random(seed, *shapes, dtype="float32"):
    """Read-only, so that a layer that writes into its input fails."""
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    for array in arrays:
        array.setflags(write=False)
    return arrays


def tensorflow_margins(shape, kernel_shape, stride, padding, dilation):
    """TensorFlow's own words for "same": ceil(n / stride) outputs, the odd pixel at the bottom and right."""
    if padding == "valid":
        return (0, 0), (0, 0)
    margins = []
    for n, k, s, d in zip(shape[1:3], kernel_shape[:2], stride, dilation, strict=True):
        total = max((int(np.ceil(n / s)) - 1) * s + (k - 1) * d + 1 - n, 0)
        margins.append((total // 2, total - total // 2))
    return tuple(margins)


# --- Convolution ----------------------------------------------------------------------------------------


@thorough
@given(convolutions(), seeds)
def test_convolution_equals_keras(case, seed):
    shape, kernel_shape, options = case
    # What TensorFlow cannot do is left to the test against loops. It refuses a stride together with a dilation, and
    # in 2.21 with oneDNN the gradient of a strided 1 x 1 kernel writes where it should not and can crash.
    if max(options["dilation"]) > 1 or kernel_shape[:2] == (1, 1):
        options["stride"] = (1, 1)
    # There, one channel in with a stride of (1, more) and one column out gives a wrong output.
    if options["stride"][0] == 1 and shape[3] == 1 and shape[2] < 8:
        options["stride"] = (1, 1)
    x, kernel, bias = random(seed, shape, kernel_shape, kernel_shape[3:])
    y = layers.conv2d(x, kernel, bias, **options)
    (dy,) = random(seed + 1, y.shape)
    layer = keras.layers.Conv2D(
        kernel_shape[3],
        kernel_shape[:2],
        strides=options["stride"],
        padding=options["padding"],
        dilation_rate=options["dilation"],
    )
    expected, gradients = keras_gradients(keras_layer(layer, x, kernel, bias), x, dy)
    assert_close(y, expected, 1e-5)
    for actual, gradient in zip(layers.conv2d_backward(dy, x, kernel, **options), gradients, strict=True):
        assert_close(actual, gradient, 1e-5)


@brief
@given(convolutions(largest=6, most=2), seeds)
def test_convolution_equals_plain_loops(case, seed):
    shape, kernel_shape, options = case
    x, kernel = random(seed, shape, kernel_shape, dtype="float64")
    margins = tensorflow_margins(shape, kernel_shape, **options)
    y = layers.conv2d(x, kernel, **options)
    assert_close(y, naive_conv2d(x, kernel, options["stride"], margins, options["dilation"]), 1e-12)
    (dy,) = random(seed + 1, y.shape, dtype="float64")
    dx, dkernel, dbias = layers.conv2d_backward(dy, x, kernel, **options)
    expected = naive_conv2d_backward(dy, x, kernel, options["stride"], margins, options["dilation"])
    assert_close(dx, expected[0], 1e-12)
    assert_close(dkernel, expected[1], 1e-12)
    assert_close(dbias, np.array([dy[..., o].sum() for o in range(dy.shape[-1])]), 1e-12)


@brief
@given(convolutions(largest=6, most=2), seeds)
def test_convolution_gradients_equal_numerical_ones(case, seed):
    shape, kernel_shape, options = case
    x, kernel, bias = (np.array(a) for a in random(seed, shape, kernel_shape, kernel_shape[3:], dtype="float64"))
    (dy,) = random(seed + 1, layers.conv2d(x, kernel, bias, **options).shape, dtype="float64")

    def loss():
        return float((dy * layers.conv2d(x, kernel, bias, **options)).sum())

    gradients = layers.conv2d_backward(dy, x, kernel, **options)
    for actual, values in zip(gradients, (x, kernel, bias), strict=True):
        assert_close(actual, numerical_gradient(loss, values), 1e-6)


@brief
@given(convolutions(), seeds)
def test_convolution_equals_scipy(case, seed):
    shape, kernel_shape, options = case
    step_y, step_x = options["stride"]
    height, width = (max(n, k) for n, k in zip(shape[1:3], kernel_shape[:2], strict=True))
    x, kernel = random(seed, (shape[0], height, width, shape[3]), kernel_shape, dtype="float64")
    y = layers.conv2d(x, kernel, stride=options["stride"])
    for image, channel in np.ndindex(shape[0], kernel_shape[3]):
        expected = scipy.signal.correlate(x[image], kernel[..., channel], mode="valid", method="direct")[..., 0]
        assert_close(y[image, :, :, channel], expected[::step_y, ::step_x], 1e-12)


def test_stride_and_dilation_as_one_number_hold_for_both_axes():
    x, kernel = random(0, (1, 9, 8, 2), (3, 2, 2, 3))
    np.testing.assert_array_equal(layers.conv2d(x, kernel, stride=2), layers.conv2d(x, kernel, stride=(2, 2)))
    np.testing.assert_array_equal(layers.conv2d(x, kernel, dilation=2), layers.conv2d(x, kernel, dilation=[2, 2]))


# --- ReLU and pooling -----------------------------------------------------------------------------------


def test_relu_equals_keras_at_zero_too():
    x = np.array([[-2.0, -0.0, 0.0, 1.5]], dtype="float32")
    dy = np.array([[3.0, 5.0, 7.0, -11.0]], dtype="float32")
    expected, (gradient,) = keras_gradients(keras.layers.ReLU(), x, dy)
    np.testing.assert_array_equal(layers.relu(x), expected)
    np.testing.assert_array_equal(layers.relu_backward(dy, x), gradient)
    np.testing.assert_array_equal(layers.relu_backward(dy, x), [[0, 0, 0, -11]])


POOLS = {
    "max": (layers.max_pool, layers.max_pool_backward, keras.layers.MaxPooling2D),
    "average": (layers.average_pool, layers.average_pool_backward, keras.layers.AveragePooling2D),
}


@pytest.mark.parametrize("kind", POOLS)
@thorough
@given(poolings(), seeds)
def test_pooling_equals_keras(kind, case, seed):
    shape, size, options = case
    forward, backward, layer_class = POOLS[kind]
    (x,) = random(seed, shape)
    y = forward(x, size, **options)
    (dy,) = random(seed + 1, y.shape)
    layer = layer_class(size, strides=options["stride"], padding=options["padding"])
    expected, (gradient,) = keras_gradients(layer, x, dy)
    assert_close(y, expected, 1e-5)
    assert_close(backward(dy, x, size, **options), gradient, 1e-5)


@thorough
@given(poolings(), seeds)
def test_ties_in_max_pooling_go_where_tensorflow_sends_them(case, seed):
    shape, size, options = case
    x = np.random.default_rng(seed).integers(-1, 2, shape).astype("float32")
    y = layers.max_pool(x, size, **options)
    (dy,) = random(seed + 1, y.shape)
    layer = keras.layers.MaxPooling2D(size, strides=options["stride"], padding=options["padding"])
    expected, (gradient,) = keras_gradients(layer, x, dy)
    np.testing.assert_array_equal(y, expected)
    assert_close(layers.max_pool_backward(dy, x, size, **options), gradient, 1e-5)


def test_first_of_tied_pixels_wins():
    x = np.array([[1, 2], [2, 2]], dtype="float32")[None, :, :, None]
    dx = layers.max_pool_backward(np.ones((1, 1, 1, 1)), x)
    np.testing.assert_array_equal(dx[0, :, :, 0], [[0, 1], [0, 0]])


@pytest.mark.parametrize("kind", POOLS)
@brief
@given(poolings(largest=6), seeds)
def test_pooling_gradients_equal_numerical_ones(kind, case, seed):
    shape, size, options = case
    forward, backward, _ = POOLS[kind]
    # All values differ by far more than the numerical step, so that no winner changes.
    x = np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape) / 7.0
    (dy,) = random(seed, forward(x, size, **options).shape, dtype="float64")
    expected = numerical_gradient(lambda: float((dy * forward(x, size, **options)).sum()), x)
    assert_close(backward(dy, x, size, **options), expected, 1e-6)


def test_pooling_by_default_does_not_overlap():
    (x,) = random(0, (2, 7, 6, 3))
    np.testing.assert_array_equal(layers.max_pool(x), layers.max_pool(x, 2, stride=2))
    np.testing.assert_array_equal(layers.average_pool(x, 3), layers.average_pool(x, (3, 3), stride=(3, 3)))


def test_padding_never_wins_and_does_not_count():
    x = np.full((1, 3, 3, 1), -5.0)
    np.testing.assert_array_equal(layers.max_pool(x, 2, padding="same"), np.full((1, 2, 2, 1), -5))
    np.testing.assert_array_equal(layers.average_pool(x, 2, padding="same"), np.full((1, 2, 2, 1), -5))


@brief
@given(st.tuples(*[st.integers(1, 5)] * 4), seeds)
def test_global_average_pooling_equals_keras(shape, seed):
    x, dy = random(seed, shape, (shape[0], shape[3]))
    expected, (gradient,) = keras_gradients(keras.layers.GlobalAveragePooling2D(), x, dy)
    assert_close(layers.global_average_pool(x), expected, 1e-5)
    assert_close(layers.global_average_pool_backward(dy, x), gradient, 1e-5)
    x = np.array(x, dtype="float64")
    expected = numerical_gradient(lambda: float((dy * layers.global_average_pool(x)).sum()), x)
    assert_close(layers.global_average_pool_backward(dy, x), expected, 1e-6)


# --- Flatten, dense, loss -------------------------------------------------------------------------------


def test_flatten_equals_keras_and_comes_back():
    (x,) = random(0, (2, 3, 4, 5))
    np.testing.assert_array_equal(layers.flatten(x), keras.layers.Flatten()(x).numpy())
    np.testing.assert_array_equal(layers.flatten_backward(layers.flatten(x), x), x)
    assert layers.flatten(x[:0]).shape == (0, 60)


@brief
@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 6), seeds)
def test_dense_equals_keras_and_numerical_gradients(n, features, units, seed):
    x, weights, bias, dy = random(seed, (n, features), (features, units), (units,), (n, units))
    layer = keras_layer(keras.layers.Dense(units), x, weights, bias)
    expected, gradients = keras_gradients(layer, x, dy)
    assert_close(layers.dense(x, weights, bias), expected, 1e-5)
    for actual, gradient in zip(layers.dense_backward(dy, x, weights), gradients, strict=True):
        assert_close(actual, gradient, 1e-5)

    x, weights, bias = (np.array(values, dtype="float64") for values in (x, weights, bias))
    gradients = layers.dense_backward(dy, x, weights)
    for actual, values in zip(gradients, (x, weights, bias), strict=True):
        expected = numerical_gradient(lambda: float((dy * layers.dense(x, weights, bias)).sum()), values)
        assert_close(actual, expected, 1e-6)


@brief
@given(st.integers(1, 6), st.integers(2, 7), seeds)
def test_loss_equals_keras_and_numerical_gradients(n, classes, seed):
    (logits,) = random(seed, (n, classes))
    logits = logits * 5
    labels = np.random.default_rng(seed).integers(0, classes, n)
    assert_close(layers.softmax(logits), keras.ops.softmax(logits).numpy(), 1e-5)

    variable = tf.Variable(logits)
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, variable)
    np.testing.assert_allclose(layers.cross_entropy(logits, labels), float(loss), rtol=1e-5, atol=1e-6)
    gradient = np.asarray(tape.gradient(loss, variable))
    np.testing.assert_allclose(layers.cross_entropy_backward(logits, labels), gradient, rtol=0, atol=1e-6)

    logits = logits.astype("float64")
    expected = numerical_gradient(lambda: layers.cross_entropy(logits, labels), logits)
    np.testing.assert_allclose(layers.cross_entropy_backward(logits, labels), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_huge_scores_neither_overflow_nor_turn_into_log_of_zero(dtype):
    logits = np.array([[1e4, 0.0], [-1e4, 0.0]], dtype=dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        np.testing.assert_array_equal(layers.softmax(logits), [[1, 0], [0, 1]])
        assert layers.cross_entropy(logits, [1, 0]) == 1e4
        np.testing.assert_array_equal(layers.cross_entropy_backward(logits, [1, 0]), [[0.5, -0.5], [-0.5, 0.5]])


def test_softmax_takes_the_last_axis():
    (logits,) = random(0, (2, 3, 4))
    np.testing.assert_allclose(layers.softmax(logits).sum(axis=-1), np.ones((2, 3)), rtol=1e-6)


# --- dtypes ---------------------------------------------------------------------------------------------


def every_result(x, other):
    """All public functions on pictures of x's dtype, everything else in `other`."""
    kernel, bias = np.ones((2, 2, 3, 4), other), np.ones(4, other)
    maps = layers.conv2d(x, kernel, bias, stride=2, padding="same", dilation=1)
    features = layers.flatten(x)
    weights = np.ones((features.shape[1], 5), other)
    labels = np.zeros(len(x), int)
    pooled = layers.max_pool(x).astype(other)
    means = layers.global_average_pool(x)
    scores = layers.dense(features, weights, np.ones(5, other))
    return {
        "conv2d": [maps],
        "conv2d_backward": layers.conv2d_backward(maps.astype(other), x, kernel, stride=2, padding="same"),
        "relu": [layers.relu(x)],
        "relu_backward": [layers.relu_backward(x.astype(other), x)],
        "max_pool": [layers.max_pool(x)],
        "max_pool_backward": [layers.max_pool_backward(pooled, x)],
        "average_pool": [layers.average_pool(x)],
        "average_pool_backward": [layers.average_pool_backward(pooled, x)],
        "global_average_pool": [means],
        "global_average_pool_backward": [layers.global_average_pool_backward(means.astype(other), x)],
        "flatten": [features],
        "flatten_backward": [layers.flatten_backward(features.astype(other), x)],
        "dense": [scores],
        "dense_backward": layers.dense_backward(scores.astype(other), features, weights),
        "softmax": [layers.softmax(scores)],
        "cross_entropy_backward": [layers.cross_entropy_backward(scores, labels)],
    }


@pytest.mark.parametrize("other", ["float32", "float64", "int64"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_results_have_the_dtype_of_x(dtype, other):
    x = np.arange(2 * 4 * 6 * 3).reshape(2, 4, 6, 3).astype(dtype)
    expected = "float32" if dtype == "uint8" else dtype
    results = every_result(x, other)
    assert set(results) | {"cross_entropy"} == set(layers.__all__)
    found = {name: {array.dtype.name for array in arrays} for name, arrays in results.items()}
    assert found == {name: {expected} for name in results}


def test_whole_numbers_do_not_wrap_around():
    photo = np.full((1, 3, 3, 1), 255, dtype="uint8")
    np.testing.assert_array_equal(layers.conv2d(photo, np.ones((3, 3, 1, 1), int)), [[[[9 * 255]]]])


def test_results_do_not_share_memory_with_the_input():
    (x,) = random(0, (1, 4, 4, 2))
    for result in (layers.max_pool(x, 1), layers.average_pool(x, 1), layers.relu(x), layers.softmax(x)):
        assert not np.shares_memory(result, x)


def test_an_empty_batch_stays_empty():
    x = np.zeros((0, 5, 5, 1), "float32")
    assert layers.conv2d(x, np.ones((3, 3, 1, 2))).shape == (0, 3, 3, 2)
    assert layers.max_pool(x).shape == (0, 2, 2, 1)


# --- Messages -------------------------------------------------------------------------------------------

X, KERNEL = np.ones((2, 5, 5, 3), "float32"), np.ones((3, 3, 3, 4), "float32")
ROWS, WEIGHTS = np.ones((2, 6)), np.ones((6, 4))
MISTAKES = {
    "no batch axis": (lambda: layers.conv2d(X[0], KERNEL), ["conv2d", "(5, 5, 3)", "x[None]"]),
    "no channel axis": (lambda: layers.max_pool(X[..., 0]), ["max_pool", "(2, 5, 5)", "x[..., None]"]),
    "no pixels": (lambda: layers.average_pool(X[:, :0]), ["average_pool", "(2, 0, 5, 3)"]),
    "flat kernel": (lambda: layers.conv2d(X, KERNEL[..., 0, 0]), ["kernel", "(3, 3)", "[..., None, None]"]),
    "channels": (lambda: layers.conv2d(X[..., :1], KERNEL), ["1 channels", "made for 3", "must be equal"]),
    "bias": (lambda: layers.conv2d(X, KERNEL, np.ones(3)), ["bias", "(3,)", "(4,)"]),
    "kernel too large": (lambda: layers.conv2d(X, KERNEL, dilation=3), ["conv2d", "spans 7", "5", "same"]),
    "stride 0": (lambda: layers.conv2d(X, KERNEL, stride=0), ["conv2d: stride", "at least 1", "0"]),
    "stride 1.5": (lambda: layers.conv2d(X, KERNEL, stride=1.5), ["stride", "whole number", "1.5"]),
    "stride True": (lambda: layers.conv2d(X, KERNEL, stride=True), ["stride", "whole number", "True"]),
    "three strides": (lambda: layers.conv2d(X, KERNEL, stride=(1, 1, 1)), ["stride", "pair", "(1, 1, 1)"]),
    "dilation": (lambda: layers.conv2d(X, KERNEL, dilation=(1, -1)), ["dilation", "at least 1", "-1"]),
    "padding": (lambda: layers.conv2d(X, KERNEL, padding="full"), ["conv2d", '"valid" or "same"', "'full'"]),
    "pool size": (lambda: layers.max_pool(X, 0), ["max_pool: size", "at least 1"]),
    "pool too large": (lambda: layers.average_pool(X, 6), ["average_pool", "6", "5"]),
    "dy of conv2d": (
        lambda: layers.conv2d_backward(X, X, KERNEL),
        ["conv2d_backward: dy", "(2, 5, 5, 3)", "(2, 3, 3, 4)"],
    ),
    "dy of max_pool": (lambda: layers.max_pool_backward(X, X), ["max_pool_backward: dy", "(2, 2, 2, 3)"]),
    "dy of average_pool": (lambda: layers.average_pool_backward(X, X), ["average_pool_backward: dy"]),
    "dy of relu": (lambda: layers.relu_backward(X[0], X), ["relu_backward: dy", "(5, 5, 3)", "(2, 5, 5, 3)"]),
    "dy of global": (lambda: layers.global_average_pool_backward(X, X), ["dy", "(2, 3)"]),
    "dy of flatten": (lambda: layers.flatten_backward(X, X), ["flatten_backward: dy", "(2, 75)"]),
    "dy of dense": (lambda: layers.dense_backward(ROWS, ROWS, WEIGHTS), ["dense_backward: dy", "(2, 4)"]),
    "flatten a row": (lambda: layers.flatten(np.ones(3)), ["flatten", "batch axis", "x[None]"]),
    "dense on pictures": (lambda: layers.dense(X, WEIGHTS), ["dense", "(2, 5, 5, 3)", "flatten(x)"]),
    "dense weights": (lambda: layers.dense(ROWS, WEIGHTS[0]), ["weights", "(4,)", "features_out"]),
    "dense features": (lambda: layers.dense(ROWS, WEIGHTS.T), ["6 features", "made for 4"]),
    "float16": (lambda: layers.relu(X.astype("float16")), ["relu", "float16", 'astype("float32")']),
    "text": (lambda: layers.relu("cat"), ["relu", "float32 or float64"]),
    "a single score": (lambda: layers.softmax(1.0), ["softmax", "axis of classes"]),
    "one-hot": (lambda: layers.cross_entropy(ROWS, np.eye(6)[:2]), ["one-hot", "argmax(axis=1)"]),
    "label column": (lambda: layers.cross_entropy(ROWS, [[0], [1]]), ["labels", "(2, 1)", "(2,)"]),
    "too few labels": (lambda: layers.cross_entropy_backward(ROWS, [0]), ["cross_entropy_backward", "(1,)"]),
    "float labels": (lambda: layers.cross_entropy(ROWS, [0.0, 1.0]), ["float64", "astype(int)"]),
    "label too large": (lambda: layers.cross_entropy(ROWS, [0, 6]), ["0 to 6", "6 classes", "0 and 5"]),
    "negative label": (lambda: layers.cross_entropy(ROWS, [-1, 0]), ["-1 to 0", "between 0"]),
    "logits": (lambda: layers.cross_entropy(ROWS[0], [0]), ["logits", "(6,)", "(n, classes)"]),
    "empty batch": (lambda: layers.cross_entropy(ROWS[:0], []), ["logits", "(0, 6)", "at least 1"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_remedy(mistake):
    call, words = MISTAKES[mistake]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
