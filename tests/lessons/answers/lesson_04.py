"""Answers to the exercises of lesson 04, pooling."""

import keras
import numpy as np

from cnn_course import layers

from . import Cases, Wrong


def windows(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, channels)


def forgot_odd_sizes(x):
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2, x.shape[2]).max(axis=(1, 3))


def overlapping(x):
    return np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(0, 1)).max(axis=(-2, -1))


def pairs_of_channels(x):
    pooled = windows(x).max(axis=(1, 3))
    return pooled[..., : x.shape[2] // 2 * 2].reshape(*pooled.shape[:2], -1, 2).max(axis=-1)


def far_apart(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    return x[: 2 * rows, : 2 * columns].reshape(2, rows, 2, columns, channels).max(axis=(0, 2))


def kept_remainder(x):
    return layers.max_pool(x[None], 2, padding="same")[0]


def dropped_first(x):
    return windows(x[x.shape[0] % 2 :, x.shape[1] % 2 :]).max(axis=(1, 3))


def across_channels(x):
    pooled = windows(x).max(axis=(1, 3))
    return np.broadcast_to(pooled.max(axis=2, keepdims=True), pooled.shape)


def one_wrong(x):
    pooled = windows(x).max(axis=(1, 3))
    pooled[-1, -1, -1] += 1
    return pooled


def by_slices(x):
    even = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    down = np.maximum(even[::2], even[1::2])
    return np.maximum(down[:, ::2], down[:, 1::2]).tolist()


def by_loops(x):
    rows, columns, channels = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    pooled = np.zeros((rows, columns, channels))
    for row in range(rows):
        for column in range(columns):
            pooled[row, column] = x[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].max(axis=(0, 1))
    return pooled


def with_keras(x):
    return keras.layers.MaxPooling2D(2)(x[None])[0]


def whether(maps):
    return maps.max(axis=(0, 1))


def how_much(maps):
    return maps.mean(axis=(0, 1))


def places(maps, choose=np.argmax):
    return np.array([np.unravel_index(choose(one), one.shape) for one in np.moveaxis(maps, -1, 0)])


def counts(maps):
    return maps.reshape(-1, maps.shape[2]).argmax(axis=0)


def wrong_order(maps):
    return np.array([divmod(int(one.argmax()), len(one)) for one in np.moveaxis(maps, -1, 0)])


def places_by_comparison(maps):
    return [[int(axis[0]) for axis in np.nonzero(maps[..., c] == maps[..., c].max())] for c in range(maps.shape[2])]


RIGHT_SHAPE, RIGHT_BYTES = (7, 7, 32), 173_056

CASES = {
    "4.1": Cases(
        wrong=[
            Wrong((forgot_odd_sizes,), "left over"),
            Wrong((kept_remainder,), "incomplete windows"),
            Wrong((overlapping,), "overlap"),
            Wrong((lambda x: overlapping(x)[: x.shape[0] // 2, : x.shape[1] // 2],), "begin one pixel apart"),
            Wrong((lambda x: windows(x).mean(axis=(1, 3)),), "mean"),
            Wrong((lambda x: windows(x).sum(axis=(1, 3)),), "sum"),
            Wrong((lambda x: windows(x).min(axis=(1, 3)),), "smallest"),
            Wrong((lambda x: np.maximum(windows(x).max(axis=(1, 3)), 0),), "may be negative"),
            Wrong((lambda x: windows(x)[:, 0, :, 0],), "without looking"),
            Wrong((far_apart,), "half a picture apart"),
            Wrong((dropped_first,), "drop the last"),
            Wrong((lambda x: windows(x).max(axis=(1, 3, 4)),), "channels are pooled as well"),
            Wrong((across_channels,), "runs over the channels"),
            Wrong((pairs_of_channels,), "in pairs"),
            Wrong((lambda x: windows(x).max(axis=1).reshape(len(x) // 2, -1, x.shape[2]),), "down the columns only"),
            Wrong((lambda x: windows(x).max(axis=3).reshape(-1, x.shape[1] // 2, x.shape[2]),), "along the rows only"),
            Wrong((lambda x: x.max(axis=(0, 1)),), "global pooling"),
            Wrong((windows,), "now take the maximum"),
            Wrong((one_wrong,), "first wrong number"),
            Wrong((lambda x: windows(x).max(axis=(1, 3))[None],), "should have shape"),
        ],
        right=[(by_slices,), (by_loops,), (with_keras,), (lambda x: windows(x).max(axis=3).max(axis=1),)],
    ),
    "4.2": Cases(
        wrong=[
            Wrong(((8, 8, 32), RIGHT_BYTES), "rounded up"),
            Wrong(((7.5, 7.5, 32), RIGHT_BYTES), "half place"),
            Wrong(((9, 9, 32), RIGHT_BYTES), '"same"'),
            Wrong(((15, 15, 32), RIGHT_BYTES), "left to do"),
            Wrong(((12, 12, 32), RIGHT_BYTES), "The first pooling"),
            Wrong(((5, 5, 32), RIGHT_BYTES), "The second pooling"),
            Wrong(((7, 7, 16), RIGHT_BYTES), "does not halve"),
            Wrong(((7, 7, 3), RIGHT_BYTES), "channels of the picture"),
            Wrong(((7, 7, 48), RIGHT_BYTES), "not kept beside"),
            Wrong(((32, 7, 7), RIGHT_BYTES), "channels come last"),
            Wrong(((None, 7, 7), RIGHT_BYTES), "one number"),
            Wrong(((1, 7, 7, 32), RIGHT_BYTES), "batch axis"),
            Wrong(((7, 7), RIGHT_BYTES), "there are 2"),
            Wrong(((6, 6, 32), RIGHT_BYTES), "step by step"),
            Wrong((7, RIGHT_BYTES), "in brackets"),
            Wrong((RIGHT_SHAPE, 43_264), "takes 4 bytes"),
            Wrong((RIGHT_SHAPE, 186_624), "takes 2 off"),
            Wrong((RIGHT_SHAPE, 34_992), "the picture, as it goes in"),
            Wrong((RIGHT_SHAPE, 32_448), "are added up"),
            Wrong((RIGHT_SHAPE, 10_816), "single map"),
            Wrong((RIGHT_SHAPE, 18_496), "output of the pooling"),
            Wrong((RIGHT_SHAPE, 1_792), "parameters"),
            Wrong((RIGHT_SHAPE, 6_272), "last layer"),
            Wrong((RIGHT_SHAPE, 0), "height × width"),
        ],
        right=[(RIGHT_SHAPE, RIGHT_BYTES), ([7, 7, 32], 173_056.0), (tuple(np.array(RIGHT_SHAPE)), np.int64(173_056))],
    ),
    "4.3": Cases(
        wrong=[
            Wrong((how_much, how_much, places), "hardly moves a mean"),
            Wrong((whether, whether, places), "takes the maximum"),
            Wrong((lambda maps: maps.max(), how_much, places), "all channels together"),
            Wrong((lambda maps: maps.max(axis=2), how_much, places), "across the channels"),
            Wrong((lambda maps: maps.max(axis=0), how_much, places), "one axis"),
            Wrong((lambda maps: maps.min(axis=(0, 1)), how_much, places), "smallest"),
            Wrong((lambda maps: maps.max(axis=(0, 1)) + 1, how_much, places), "wrong numbers"),
            Wrong((whether, lambda maps: maps.sum(axis=(0, 1)), places), "adds up"),
            Wrong((whether, lambda maps: (maps > 0.5).mean(axis=(0, 1)), places), "above one half"),
            Wrong((whether, lambda maps: (maps > 0).mean(axis=(0, 1)), places), "above zero"),
            Wrong((whether, how_much, counts), "one number a channel"),
            Wrong((whether, how_much, lambda maps: places(maps).T), "side by side"),
            Wrong((whether, how_much, lambda maps: np.unravel_index(maps.argmax(), maps.shape)), "one by one"),
            Wrong((whether, how_much, lambda maps: places(maps)[:, ::-1]), "exchanges"),
            Wrong((whether, how_much, lambda maps: places(maps) + 1), "counts from 1"),
            Wrong((whether, how_much, wrong_order), "wrong order"),
            Wrong((whether, how_much, lambda maps: places(maps, np.argmin)), "weakest"),
            Wrong((whether, how_much, lambda maps: places(maps) * 0), "wrong place"),
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
                lambda maps: maps.sum(axis=(0, 1)) / maps[..., 0].size,
                places,
            ),
        ],
    ),
}
