"""Sizes and costs against what Keras builds, counts and computes."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorflow.python.framework import ops

from cnn_course import backbone
from cnn_course.costs import output_size, same_padding, summary
from tests.oracles import keras, tf

# The same examples everywhere and always, so that a failure is a change of the code.
thorough = settings(max_examples=40, deadline=None, derandomize=True, database=None)
paddings = st.sampled_from(["valid", "same"])
pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))


# --- One axis -------------------------------------------------------------------------------------------


def test_sizes_known_by_heart():
    assert output_size(28, 3) == 26
    assert output_size(28, 3, padding="same") == 28
    assert output_size(224, 7, stride=2, padding="same") == 112
    assert output_size(7, 2, stride=2) == 3  # the last pixel is dropped
    assert output_size(7, 2, stride=2, padding="same") == 4
    assert output_size(28, 3, dilation=2) == 24


def test_odd_padding_goes_to_the_end():
    assert same_padding(28, 3) == (1, 1)
    assert same_padding(28, 2) == (0, 1)
    assert same_padding(28, 3, stride=2) == (0, 1)
    assert same_padding(27, 3, stride=2) == (1, 1)
    assert same_padding(28, 3, dilation=2) == (2, 2)
    assert same_padding(10, 1, stride=3) == (0, 0)


@thorough
@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3))
def test_same_padding_is_the_least_that_reaches_the_last_position(n, kernel, stride, dilation):
    before, after = same_padding(n, kernel, stride, dilation)
    wanted = output_size(n, kernel, stride, "same", dilation)
    padded = n + before + after
    # A stride longer than the kernel can leave pixels over without any padding.
    assert output_size(padded, kernel, stride, dilation=dilation) == wanted
    if before + after:
        assert len(range(0, padded - dilation * (kernel - 1) - 1, stride)) < wanted
    assert after - before in (0, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: output_size(5, 7), ["spans 7", "into 5", 'padding="same"']),
        (lambda: output_size(5, 3, dilation=3), ["spans 7"]),
        (lambda: output_size(5, 3, padding="SAME"), ['"valid" or "same"', "'SAME'"]),
        (lambda: output_size(0, 3), ["n must be", "0"]),
        (lambda: output_size(5, 3, stride=0), ["stride must be"]),
        (lambda: same_padding(5, 2.0), ["kernel must be a whole number", "2.0"]),
    ],
)
def test_a_mistake_along_one_axis_is_named(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []


# --- Stacks against Keras -------------------------------------------------------------------------------


Conv, Pool, Average = keras.layers.Conv2D, keras.layers.MaxPooling2D, keras.layers.AveragePooling2D
Flatten, Dense, GlobalPool = keras.layers.Flatten, keras.layers.Dense, keras.layers.GlobalAveragePooling2D


def convs(padding, stride):
    dilations = st.just(1) if stride > 1 else st.integers(1, 2)  # Keras refuses both at once
    options = {"strides": st.just(stride), "padding": st.just(padding), "dilation_rate": dilations}
    return st.builds(partial, st.just(Conv), st.sampled_from([2, 5]), pairs, use_bias=st.booleans(), **options)


def pools(padding, stride):
    sizes = st.integers(1, 3), st.sampled_from([None, stride]), st.just(padding)
    return st.builds(partial, st.sampled_from([Pool, Average]), *sizes)


maps = st.tuples(paddings, st.integers(1, 2)).flatmap(lambda options: convs(*options) | pools(*options))
kinds = st.sampled_from([GlobalPool, keras.layers.GlobalMaxPooling2D, Flatten])
ends = st.tuples(kinds, st.builds(partial, st.just(Dense), st.just(7), use_bias=st.booleans()))
stacks = st.tuples(st.lists(maps, max_size=3), ends).map(lambda parts: [*parts[0], *parts[1]])
shapes = st.tuples(st.integers(24, 40), st.integers(24, 40), st.sampled_from([1, 3, 4]))


@thorough
@given(stacks, shapes)
def test_shapes_and_parameters_equal_those_of_keras(stack, shape):
    stack = [make() for make in stack]
    table = summary(stack, shape)  # before they are built
    model = keras.Sequential([keras.Input(shape), *stack])
    assert list(table["output"]) == [layer.output.shape[1:] for layer in model.layers]
    assert list(table["parameters"]) == [layer.count_params() for layer in model.layers]
    assert list(table["values"]) == [np.prod(layer.output.shape[1:]) for layer in model.layers]
    read = summary(model)
    assert list(read["layer"]) == [layer.name for layer in model.layers]
    assert read.drop(columns="layer").equals(table.drop(columns="layer"))


def every_known_layer():
    return keras.Sequential(
        [
            keras.Input((20, 18, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(8, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.DepthwiseConv2D((3, 2), depth_multiplier=2, strides=2, padding="same"),
            keras.layers.Conv2D(12, 3, groups=4, dilation_rate=2),
            keras.layers.Activation("relu"),
            keras.layers.AveragePooling2D(2),
            keras.layers.GlobalMaxPooling2D(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10),
            keras.layers.Softmax(),
        ]
    )


def test_every_known_layer_of_keras_is_read_right():
    model = every_known_layer()
    table = summary(model)
    assert list(table["output"]) == [layer.output.shape[1:] for layer in model.layers]
    assert list(table["parameters"]) == [layer.count_params() for layer in model.layers]
    assert table["parameters"].sum() == model.count_params()


def test_a_functional_model_has_a_row_for_its_input():
    model = keras.Model(inputs := keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)(inputs))
    table = summary(model)
    assert list(table["output"]) == [(8, 8, 1), (6, 6, 2)]
    assert list(table["parameters"]) == [0, 20]


def test_a_model_for_any_size_needs_one():
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3, padding="same")])
    assert list(summary(model, (9, 7, 3))["output"]) == [(9, 7, 2)]
    with pytest.raises(ValueError, match="input_shape"):
        summary(model)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2)])
def test_multiply_adds_are_what_a_convolution_of_ones_adds_up(groups, stride, dilation):
    # Each product is 1 x 1, so the sum over the output counts them.
    layer = keras.layers.Conv2D(
        8, (3, 2), stride, dilation_rate=dilation, groups=groups, kernel_initializer="ones", use_bias=True
    )
    y = layer(np.ones((1, 11, 9, 4), "float32"))
    assert summary([layer], (11, 9, 4))["multiply_adds"].item() == int(y.numpy().sum())


def test_multiply_adds_of_dense_layers():
    table = summary([Dense(6), Flatten(), Dense(10)], (5, 4, 3))
    assert list(table["output"]) == [(5, 4, 6), (120,), (10,)]
    assert list(table["multiply_adds"]) == [5 * 4 * 3 * 6, 0, 120 * 10]


def reach(model, position):
    """First and last row and column of the input that one value of the output depends on, by its gradient."""
    x = tf.ones((1, *model.input_shape[1:]))
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.reduce_sum(model(x)[0][position])
    rows, columns = np.nonzero(np.abs(tape.gradient(value, x).numpy()[0]).sum(axis=-1))
    return rows.min(), rows.max(), columns.min(), columns.max()


@settings(thorough, max_examples=15)
@given(st.lists(st.tuples(st.booleans(), pairs, st.integers(1, 2), st.integers(1, 2)), min_size=1, max_size=4))
def test_receptive_field_and_step_equal_those_measured_in_a_linear_net(chain):
    # Positive weights and average pooling: no gradient can cancel. Valid padding: no edge can cut the field.
    ours = []
    for is_conv, size, stride, dilation in chain:
        # TensorFlow refuses a stride with a dilation; and see test_layers on its strided 1 x 1 kernels.
        stride = 1 if is_conv and (dilation > 1 or size == (1, 1)) else stride
        ours.append(Conv(1, size, stride, dilation_rate=dilation) if is_conv else Average(size, stride))
    model = keras.Sequential([keras.Input((160, 160, 1)), *ours])
    for weights in model.trainable_variables:
        weights.assign(tf.ones_like(weights))
    last = summary(ours, (160, 160, 1)).iloc[-1]
    here, next_one = reach(model, (0, 0)), reach(model, (1, 1))
    measured = (here[1] - here[0] + 1, here[3] - here[2] + 1)
    assert last["receptive_field"] == (measured[0] if measured[0] == measured[1] else measured)
    assert last["step"] == next_one[0] - here[0] == next_one[2] - here[2]


@pytest.mark.parametrize("end", [[GlobalPool(), Dense(3)], [Flatten(), Dense(3)], [GlobalPool()]], ids=len)
def test_after_global_pooling_or_a_dense_layer_everything_is_seen(end):
    table = summary([Conv(4, 3), Pool(2), *end, Dense(2)], (14, 10, 1))
    # 14 x 10 is covered exactly: two layers that drop no pixel.
    assert table["receptive_field"].iloc[-1] == (14, 10)


def test_flatten_alone_sees_no_more_than_before():
    assert list(summary([Conv(4, 3), Flatten()], (14, 10, 1))["receptive_field"]) == [3, 3]


def test_plain_features_are_welcome():
    table = summary([Dense(5), Dense(2)], (784,))
    assert list(table["parameters"]) == [784 * 5 + 5, 12]
    assert list(table["receptive_field"]) == [(784, 1), (784, 1)]


# --- Nets with branches ---------------------------------------------------------------------------------


first_steps = st.tuples(
    st.sampled_from(["conv", "depthwise"]), st.sampled_from([2, 3, (1, 3)]), st.sampled_from([1, 4, 6])
)
meetings = st.sampled_from(["add", "project", "gate", "down", "pad"])
branches = st.lists(st.tuples(first_steps, meetings), min_size=1, max_size=4)


def branched_model(shape, plan):
    """A net of branches that split and meet again; no stride with a 1 x 1 kernel."""
    layers = keras.layers
    inputs = x = keras.Input(shape)
    for (kind, kernel, number), meeting in plan:
        if kind == "depthwise":
            left = layers.DepthwiseConv2D(kernel, padding="same", depth_multiplier=2 if number > 1 else 1)(x)
        else:
            left = layers.Conv2D(number, kernel, padding="same", use_bias=False)(x)
        left = layers.ReLU()(layers.BatchNormalization()(left))
        channels = left.shape[-1]
        if meeting == "add" and x.shape[-1] == channels:
            x = layers.Add()([x, left])
        elif meeting in ("add", "project"):
            x = layers.Add()([left, layers.Conv2D(channels, 1)(x), layers.Conv2D(channels, 3, padding="same")(x)])
        elif meeting == "gate":
            gate = layers.Dense(channels, activation="sigmoid")(layers.GlobalAveragePooling2D()(left))
            x = layers.Add()([left, gate])
        elif meeting == "down":
            pooled = layers.MaxPooling2D(2, padding="same")(layers.Conv2D(4, 1)(x))
            x = layers.Add()([layers.Conv2D(4, 3, 2, padding="same")(left), pooled])
        else:
            x = layers.Conv2D(4, 3)(layers.ZeroPadding2D(((1, 2), (0, 3)))(left))
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


def products_of_tensorflow(model):
    """Multiply-adds of one image, as TensorFlow counts them on the graph it traces (two operations each)."""
    image = tf.TensorSpec((1, *model.input_shape[1:]))
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(image).graph
    kinds = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
    nodes = [operation.node_def for operation in graph.get_operations() if operation.type in kinds]
    return sum(int(ops.get_stats_for_node_def(graph, node, "flops").value) for node in nodes) // 2


@settings(thorough, max_examples=20)
@given(st.tuples(st.integers(9, 20), st.integers(9, 20), st.sampled_from([1, 4])), branches)
def test_a_net_with_branches_is_read_as_keras_and_tensorflow_see_it(shape, plan):
    model = branched_model(shape, plan)
    table = summary(model)
    assert list(table["layer"]) == [layer.name for layer in model.layers]
    assert list(table["output"]) == [layer.output.shape[1:] for layer in model.layers]
    assert list(table["parameters"]) == [layer.count_params() for layer in model.layers]
    assert table["multiply_adds"].sum() == products_of_tensorflow(model)


def test_where_branches_meet_the_widest_field_counts():
    inputs = keras.Input((30, 20, 1))
    wide = keras.layers.Conv2D(1, 5, padding="same")(keras.layers.Conv2D(1, (3, 1), padding="same")(inputs))
    narrow = keras.layers.Conv2D(1, 3, padding="same")(inputs)
    table = summary(keras.Model(inputs, keras.layers.Add()([narrow, wide])))
    assert table["receptive_field"].iloc[-1] == (7, 5)
    # Measured: which pixels move the value in the middle?
    ones = [keras.layers.Conv2D(1, size, padding="same", kernel_initializer="ones") for size in (5, (3, 1), 3)]
    model = keras.Model(inputs, keras.layers.Add()([ones[2](inputs), ones[0](ones[1](inputs))]))
    top, bottom, left, right = reach(model, (15, 10))
    assert (bottom - top + 1, right - left + 1) == (7, 5)


# --- Nets that everybody knows --------------------------------------------------------------------------

VGG_16 = [
    *[part for filters in (64, 128) for part in [*[Conv(filters, 3, padding="same")] * 2, Pool(2)]],
    *[part for filters in (256, 512, 512) for part in [*[Conv(filters, 3, padding="same")] * 3, Pool(2)]],
    *[Flatten(), Dense(4096), Dense(4096), Dense(1000)],
]


def alexnet(groups):
    return [
        *[Conv(96, 11, 4), Pool(3, 2), Conv(256, 5, padding="same", groups=groups), Pool(3, 2)],
        *[Conv(384, 3, padding="same"), Conv(384, 3, padding="same", groups=groups)],
        *[Conv(256, 3, padding="same", groups=groups), Pool(3, 2)],
        *[Flatten(), Dense(4096), Dense(4096), Dense(1000)],
    ]


def test_vgg_16_has_the_published_cost():
    table = summary(VGG_16, (224, 224, 3)).set_index("layer")
    assert table["parameters"].sum() == 138_357_544  # torchvision, Keras
    assert round(table["multiply_adds"].sum() / 1e9, 2) == 15.47  # torchvision
    # The list of the CS231n notes (image, convolutions, pooling, dense layers), added up: 15.24 M values, not 24 M.
    values = 224 * 224 * 3 + table["values"].drop("Flatten").sum()
    assert values == 15_237_608
    assert round(4 * values / 2**20, 1) == 58.1
    outputs = table["values"][table["multiply_adds"] > 0].sum()
    assert round(outputs / 1e6, 1) == 13.6  # "activations" in timm's model card


def test_alexnet_has_the_published_cost():
    # Krizhevsky, Sutskever, Hinton 2012: 60 million parameters; two groups, since two GPUs shared the maps.
    split, whole = (summary(alexnet(groups), (227, 227, 3)) for groups in (2, 1))
    assert split["parameters"].sum() == 60_965_224
    assert whole["parameters"].sum() == 62_378_344
    assert round(split["multiply_adds"].sum() / 1e6) == 724
    assert round(whole["multiply_adds"].sum() / 1e9, 3) == 1.135
    assert list(split["output"][:8:2]) == [(55, 55, 96), (27, 27, 256), (13, 13, 384), (13, 13, 256)]


def test_resnet_50_has_the_published_cost():
    model = keras.applications.ResNet50(weights=None)
    table = summary(model)
    assert table["parameters"].sum() == model.count_params() == 25_636_712
    # He et al. 2015 count 3.8 billion multiply-adds.
    assert table["multiply_adds"].sum() == products_of_tensorflow(model) == 3_857_973_248
    assert table["output"].iloc[-3] == (7, 7, 2048)


def test_efficientnet_lite0_has_the_published_cost():
    model = backbone.efficientnet_lite0(weights=None)
    table = summary(model)
    assert table["parameters"].sum() == model.count_params() == 4_694_024
    assert table["multiply_adds"].sum() == products_of_tensorflow(model)


# --- Messages -------------------------------------------------------------------------------------------


def built(make):
    inputs = keras.Input((8, 8, 3))
    return keras.Model(inputs, make(inputs))


def used_twice(inputs):
    conv = keras.layers.Conv2D(3, 3, padding="same", name="twice")
    return conv(conv(inputs))


def used_twice_and_read(inputs):
    return keras.layers.ReLU(name="reader")(used_twice(inputs))


def two_inputs():
    inputs = [keras.Input((8, 8, 3)), keras.Input((8, 8, 3))]
    return keras.Model(inputs, keras.layers.Add()(inputs), name="pair")


MISTAKES = {
    "no input shape": (lambda: summary([Dense(1)]), ["input_shape=(height, width, channels)"]),
    "not a layer": (lambda: summary([Conv(1, 3), 7], (9, 9, 1)), ["int is no layer", "Conv2D", "MaxPooling2D"]),
    "too small": (lambda: summary([Conv(1, 3), Pool(9)], (9, 9, 1)), ["'MaxPooling2D 9×9'", "(7, 7, 1)", "negative"]),
    "no picture": (lambda: summary([Flatten(), Pool()], (9, 9, 1)), ["'MaxPooling2D 2×2'", "(81,)", "picture"]),
    "groups": (lambda: summary([Conv(4, 3, groups=2)], (9, 9, 3)), ["3 channels", "2 groups"]),
    "unbuilt": (lambda: summary(keras.Sequential([keras.layers.Dense(1)])), ["keras.Input"]),
    "unknown layer": (lambda: summary(built(keras.layers.UpSampling2D(name="up"))), ["'up'", "UpSampling2D", "Conv2D"]),
    "an operation": (lambda: summary(built(lambda x: keras.layers.ReLU(name="r")(x + x))), ["'add", "not x + y"]),
    "ends with an operation": (lambda: summary(built(lambda x: x + x)), ["not x + y"]),
    "used twice": (lambda: summary(built(used_twice)), ["used once"]),
    "used twice and read": (lambda: summary(built(used_twice_and_read)), ["'twice'", "used once"]),
    "two inputs": (lambda: summary(two_inputs()), ["'pair'", "2 inputs"]),
    "another size": (
        lambda: summary(built(keras.layers.Conv2D(2, 3, name="c")), (9, 9, 3)),
        ["(9, 9, 3)", "(8, 8, 3)", "leave input_shape out"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place(mistake):
    call, words = MISTAKES[mistake]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)


def test_neither_costs_nor_layers_needs_tensorflow():
    code = (
        "import sys; from cnn_course import costs, layers; costs.summary([], (1,)); "
        "print(sorted({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_layers_may_belong_to_another_model_too():
    whole = keras.Sequential(
        [keras.Input((9, 9, 2)), keras.layers.Conv2D(3, 3), keras.layers.Flatten(), keras.layers.Dense(4)]
    )
    part = keras.Sequential(whole.layers[:-1])
    part.build((None, 9, 9, 2))
    assert summary(part).equals(summary(whole).iloc[:-1])
    branch = keras.Input((9, 9, 2))
    doubled = keras.Model(branch, keras.layers.Add()([whole.layers[0](branch)] * 2))
    assert summary(doubled)["parameters"].sum() == whole.layers[0].count_params()
