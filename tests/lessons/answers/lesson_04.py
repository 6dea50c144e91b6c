"""Answers to the exercises of lesson 4, pooling."""

import keras
import numpy as np
import tensorflow as tf

from cnn_course import data, layers

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong

SHAPE, BYTES = (7, 7, 32), 173_056


def windows(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, channels)


def pooled(x):
    return windows(x).max(axis=(1, 3))


def forgot_odd_sizes(x):
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2, x.shape[2]).max(axis=(1, 3))


def forgot_odd_slices(x):
    down = np.maximum(x[::2], x[1::2])
    return np.maximum(down[:, ::2], down[:, 1::2])


def never_fits(x):
    return x.reshape(x.shape[0] // 2, 4, x.shape[1] // 2, 4, x.shape[2]).max(axis=(1, 3))


def overlapping(x):
    return np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(0, 1)).max(axis=(-2, -1))


def far_apart(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(2, rows, 2, columns, channels).max(axis=(0, 2))


def kept_remainder(x):
    return layers.max_pool(x[None], 2, padding="same")[0]


def dropped_first(x):
    return pooled(x[x.shape[0] % 2 :, x.shape[1] % 2 :])


def nothing_left(x):
    return windows(x[: -(x.shape[0] % 2), : -(x.shape[1] % 2)]).max(axis=(1, 3))


def reshaped_nothing(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: -(len(x) % 2), : -(x.shape[1] % 2)].reshape(rows, 2, columns, 2, channels).max(axis=(1, 3))


def four_of_a_row(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(rows, columns, 4, channels).max(axis=2)


def one_wrong(x):
    y = pooled(x)
    y[-1, -1, -1] += 1
    return y


def by_slices(x):
    even = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    return forgot_odd_slices(even).tolist()


def by_loops(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    y = np.zeros((rows, columns, channels))
    for row in range(rows):
        for column in range(columns):
            y[row, column] = x[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].max(axis=(0, 1))
    return y


def with_keras(x):
    return keras.layers.MaxPooling2D(2)(x[None])[0]


def shape(wrong, hint):
    return Wrong((wrong, BYTES), hint)


def size(wrong, hint):
    return Wrong((SHAPE, wrong), hint)


def net(strides=(2, 2, 1), between=(), kernels=(5, 3, 3), last=None, end=None, relu="relu", bias=True):
    stack = [keras.Input((44, 44, 1))]
    for place, filters in enumerate((8, 16, 32)):
        options = {"strides": strides[place], "padding": "same", "activation": relu, "use_bias": bias}
        stack.append(keras.layers.Conv2D(filters, kernels[place], **options))
        stack += [layer() for layer in between if place < 2]
    return keras.Sequential([*stack, end or keras.layers.Flatten(), keras.layers.Dense(10, activation=last)])


def trained(model):
    """Its convolutions stay random; its read-out is found by ridge regression, in a moment."""
    clothes = data.fashion_mnist(train=500)
    sheets = np.pad(clothes.x_train, ((0, 0), (8, 8), (8, 8)))[..., None] / np.float32(255)
    features = np.asarray(keras.Sequential(model.layers[:-1])(sheets), np.float64)
    nearness = features @ features.T
    ridge = nearness + nearness.mean() * np.eye(len(sheets))
    readout = features.T @ np.linalg.solve(ridge, np.eye(10)[clothes.y_train] - 0.1)
    model.layers[-1].kernel.assign(readout.astype(np.float32))
    return model


def shares(model):
    clothes = data.fashion_mnist(train=10, validation=2_000)
    moved = {}
    for move in (0, 1, 2):
        sheets = np.pad(clothes.x_val, ((0, 0), (8, 8), (8 + move, 8 - move)))[..., None] / np.float32(255)
        moved[move] = model.predict(sheets, verbose=0).argmax(axis=1)
    return [np.mean(moved[a] == b) for a, b in ((2, moved[0]), (1, moved[0]), (2, clothes.y_val), (0, clothes.y_val))]


class OwnNet(keras.Model):
    """The net of exercise 4.3 as a class of the learner's own."""

    def __init__(self, model):
        super().__init__()
        self.parts = model.layers

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


def functional():
    inputs = keras.Input((44, 44, 1))
    x = keras.layers.Conv2D(8, 5, strides=2, padding="same")(inputs)
    x = keras.layers.ReLU()(x)
    x = keras.layers.Conv2D(16, (3, 3), (2, 2), padding="same")(x)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.Conv2D(32, 3, padding="same", activation=keras.activations.relu)(x)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Reshape((3872,))(x)))


keras.utils.set_random_seed(5)
NET, OTHER = trained(net()), trained(functional())
STAYS, BY_ONE, RIGHT_AFTER, RIGHT_BEFORE = shares(NET)
POOL = keras.layers.MaxPooling2D


def model(wrong, hint):
    return Wrong((wrong, STAYS), hint)


def share(wrong, hint):
    return Wrong((NET, wrong), hint)


CASES = {
    "4.1": Cases(
        wrong=[
            Wrong((forgot_odd_sizes,), "odd ones leave"),
            Wrong((forgot_odd_slices,), "odd ones leave"),
            Wrong((never_fits,), "stopped with ValueError: cannot reshape"),
            Wrong((kept_remainder,), "A window is incomplete"),
            Wrong((dropped_first,), "drop the last"),
            Wrong((overlapping,), "Your windows overlap"),
            Wrong((lambda x: overlapping(x)[: x.shape[0] // 2, : x.shape[1] // 2],), "Your windows overlap"),
            Wrong((lambda x: windows(x).mean(axis=(1, 3)),), "You took the mean"),
            Wrong((lambda x: windows(x).sum(axis=(1, 3)),), "You took the sum"),
            Wrong((lambda x: np.maximum(pooled(x), 0),), "may be negative"),
            Wrong((lambda x: windows(x)[:, 0, :, 0],), "without looking"),
            Wrong((far_apart,), "half a picture apart"),
            Wrong((lambda x: windows(x).max(axis=(1, 3, 4)),), "The channels are pooled as well"),
            Wrong((lambda x: windows(x).max(axis=1).reshape(len(x) // 2, -1, x.shape[2]),), "down the columns only"),
            Wrong((lambda x: windows(x).max(axis=3).reshape(-1, x.shape[1] // 2, x.shape[2]),), "along the rows only"),
            Wrong((lambda x: x.max(axis=(0, 1)),), "This is global pooling"),
            Wrong((windows,), "These are the windows"),
            Wrong((lambda x: layers.max_pool(x[None]),), "A batch axis is in front"),
            Wrong((layers.max_pool,), "stopped with ValueError: max_pool: x has shape (2, 6, 1)"),
            Wrong((nothing_left,), "x[:-0] is empty"),
            Wrong((reshaped_nothing,), "x[:-0] is empty"),
            Wrong((four_of_a_row,), "four numbers of one row"),
            Wrong((lambda x: windows(x).max(axis=1).max(axis=3),), "the axes have moved up"),
            Wrong((lambda x: windows(x).max(axis=(1, 2)),), "Axis 2 counts the columns"),
            Wrong((lambda x: windows(x).max(axis=(2, 4)),), "run axes 1 and 3"),
            Wrong((lambda x: np.maximum(windows(x)[:, 0, :, 0], windows(x)[:, 1, :, 1]),), "two corners of each"),
            Wrong((lambda x: windows(x).max(axis=(0, 2)),), NEUTRAL),
            Wrong((lambda x: windows(x).min(axis=(1, 3)),), NEUTRAL),
            Wrong((one_wrong,), NEUTRAL),
            Wrong((lambda x: x,), NEUTRAL),
        ],
        right=[
            (by_slices,),
            (by_loops,),
            (with_keras,),
            (lambda x: windows(x).max(axis=3).max(axis=1),),
            (lambda x: Own(pooled(x).astype(np.float32)),),
            (lambda x: tf.nn.max_pool2d(x[None], 2, 2, "VALID")[0],),
        ],
    ),
    "4.2": Cases(
        wrong=[
            shape((8, 8, 32), "are the poolings exchanged"),
            shape((7.5, 7.5, 32), "There is no half place"),
            shape((23 / 3, 23 / 3, 32), "There is no half place"),
            shape((9, 9, 32), 'padding were "same"'),
            shape((15, 15, 32), "left to do"),
            shape((12, 12, 32), "The first pooling"),
            shape((5, 5, 32), "The second pooling"),
            shape((7, 7, 16), "does not halve"),
            shape((7, 7, 3), "not the channels of the picture"),
            shape((32, 7, 7), "channels come last"),
            shape((None, 7, 7, 32), "Leave the batch axis out"),
            shape((1, 7, 7, 32), "Leave the batch axis out"),
            shape([None, 7, 7, 32], "Leave the batch axis out"),
            shape(np.array([1, 7, 7, 32]), "Leave the batch axis out"),
            shape(tf.TensorShape((None, 7, 7, 32)), "Leave the batch axis out"),
            shape((None, 7, 7), "Leave the batch axis out"),
            shape((7, 7), "step by step"),
            shape((6, 6, 32), "step by step"),
            shape((7, 7, 32, 4), "step by step"),
            shape(7, "step by step"),
            shape("7 × 7 × 32", "should be made of numbers"),
            size(43_264, "takes 4 bytes"),
            size(186_624, "That would be padding"),
            size(34_992, "the picture, as it goes in"),
            size(32_448, "are added up"),
            size(10_816, "a single map"),
            size(18_496, "output of the pooling"),
            size(1_792, "the layer's parameters"),
            size(6_272, "output of the last layer"),
            size(0, "Bytes: height × width"),
            size(float("nan"), "is nan, which means: not a number"),
            size("173 kB", "should be one number"),
        ],
        right=[
            (SHAPE, BYTES),
            ([7, 7, 32], 173_056.0),
            (tuple(np.array(SHAPE)), np.int64(173_056)),
            (np.array(SHAPE), np.float32(BYTES)),
            (tf.TensorShape(SHAPE), OwnNumber(BYTES)),
            ((7.0, np.int32(7), tf.constant(32)), tf.constant(BYTES)),
        ],
    ),
    "4.3": Cases(
        wrong=[
            model(net((1, 1, 1), [POOL]), "still poolings"),
            model(net((1, 1, 1), [lambda: keras.layers.AveragePooling2D(2)]), "still poolings"),
            model(net((1, 2, 2)), "The steps belong"),
            model(net((2, 1, 2)), "The steps belong"),
            model(net((4, 1, 1)), "steps by 4"),
            model(net((2, 2, 1), [POOL]), "How large are the last maps?"),
            model(net((2, 2, 2)), "How large are the last maps?"),
            model(net((1, 1, 1)), "How large are the last maps?"),
            model(net(end=keras.layers.GlobalAveragePooling2D()), "How large are the last maps?"),
            model(net(kernels=(3, 3, 3)), "Filters and kernel sizes"),
            model(net(relu=None), "ReLU is missing"),
            model(net(relu="tanh"), NEUTRAL),
            model(net((2, 4, 1), [lambda: keras.layers.UpSampling2D(2)]), "How large are the last maps?"),
            model(net((1, 4, 1)), NEUTRAL),
            model(net(last="softmax"), "ends with softmax"),
            model(net(bias=False), "has a bias"),
            model(net(), "Has it been trained?"),
            model(net, "should be a Keras model"),
            model(None, "should be a Keras model"),
            share(BY_ONE, "after a move by one pixel"),
            share(RIGHT_AFTER, "share of *right* answers after"),
            share(RIGHT_BEFORE, "right answers before"),
            share(1 - STAYS, "answers that change"),
            share(100 * STAYS, "in per cent"),
            share(2_000 * STAYS, "Divide by their number"),
            share(STAYS + 0.01, NEUTRAL),
            share(np.array([True, False]), "should be one number"),
        ],
        right=[
            (NET, STAYS),
            (OwnNet(NET), float(STAYS)),
            (OTHER, shares(OTHER)[0]),
            (keras.Sequential(NET.layers), OwnNumber(round(STAYS, 3))),
            (NET, tf.constant(STAYS)),
        ],
    ),
}
