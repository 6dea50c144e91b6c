"""Answers to the exercises of lesson 4, pooling."""

import keras
import numpy as np
import tensorflow as tf

from cnn_course import layers

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


def whether(maps):
    return maps.max(axis=(0, 1))


def how_much(maps):
    return maps.mean(axis=(0, 1))


def places(maps, choose=np.argmax):
    return np.array([np.unravel_index(choose(one), one.shape) for one in np.moveaxis(maps, -1, 0)])


def counts(maps):
    return maps.reshape(-1, maps.shape[2]).argmax(axis=0)


def width_first(maps):
    height, width, _ = maps.shape
    return [np.unravel_index(count, (width, height)) for count in counts(maps)]


def cut_across(maps):
    """Reshaped as if the channels came first."""
    flat = maps.reshape(maps.shape[2], -1).argmax(axis=1)
    return np.stack(np.unravel_index(flat, maps.shape[:2]), axis=1)


def places_by_comparison(maps):
    return [[int(axis[0]) for axis in np.nonzero(maps[..., c] == maps[..., c].max())] for c in range(maps.shape[2])]


def first(wrong, hint):
    return Wrong((wrong, how_much, places), hint)


def second(wrong, hint):
    return Wrong((whether, wrong, places), hint)


def third(wrong, hint):
    return Wrong((whether, how_much, wrong), hint)


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
            first(how_much, "hardly moves a mean"),
            first(lambda maps: maps.max(), "One number for all channels"),
            first(lambda maps: maps.max(axis=2), "works across the channels"),
            first(lambda maps: maps.max(axis=0), "one axis of the map only"),
            first(lambda maps: maps.max(axis=1), "one axis of the map only"),
            first(lambda maps: maps.sum(axis=(0, 1)), "would look like a strong one"),
            first(lambda maps: maps.min(axis=(0, 1)), NEUTRAL),
            first(lambda maps: maps.any(axis=(0, 1)), NEUTRAL),
            first(lambda maps: maps.max(axis=(0, 1)) + 1, NEUTRAL),
            first(lambda maps: maps.max(axis=(0, 1), keepdims=True), NEUTRAL),
            second(whether, "It takes the maximum"),
            second(lambda maps: maps.mean(), "One number for all channels"),
            second(lambda maps: maps.mean(axis=-1), "works across the channels"),
            second(lambda maps: maps.mean(axis=1), "one axis of the map only"),
            second(lambda maps: maps.sum(axis=(0, 1)), "A share lies between 0 and 1"),
            second(lambda maps: np.round(maps).mean(axis=(0, 1)), "above one half"),
            second(lambda maps: (maps > 0).mean(axis=(0, 1)), "above zero"),
            second(lambda maps: maps.sum(axis=(0, 1)) / maps.sum(), "shares of all responses"),
            second(lambda maps: 100 * maps.mean(axis=(0, 1)), NEUTRAL),
            second(lambda maps: maps.mean(axis=(0, 1)).round(1), "right, but rounded"),
            third(counts, "One number a channel"),
            third(lambda maps: places(maps).T, "side by side"),
            third(lambda maps: np.unravel_index(maps.argmax(), maps.shape), "One place for all channels"),
            third(lambda maps: places(maps)[:, ::-1], "Row and column are exchanged"),
            third(lambda maps: places(maps) + 1, "You count from 1"),
            third(width_first, "Divide by the width"),
            third(lambda maps: places(maps, np.argmin), "the weakest responses"),
            third(cut_across, NEUTRAL),
            third(lambda maps: places(maps) * 0, NEUTRAL),
            third(lambda maps: maps.argmax(axis=(0, 1)), "stopped with TypeError"),
        ],
        right=[
            (whether, how_much, places),
            (
                lambda maps: [maps[..., c].max() for c in range(maps.shape[2])],
                lambda maps: layers.global_average_pool(maps[None])[0],
                places_by_comparison,
            ),
            (
                lambda maps: keras.layers.GlobalMaxPooling2D()(maps[None])[0],
                lambda maps: tf.reduce_mean(maps, axis=(0, 1)),
                lambda maps: Own([divmod(int(count), maps.shape[1]) for count in counts(maps)]),
            ),
            (
                lambda maps: Own(whether(maps)),
                lambda maps: (maps.sum(axis=(0, 1)) / maps[..., 0].size).astype(np.float32),
                lambda maps: [np.unravel_index(maps[..., c].argmax(), maps.shape[:2]) for c in range(maps.shape[2])],
            ),
        ],
    ),
}
