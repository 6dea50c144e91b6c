"""Right and wrong answers to the exercises of lesson 1."""

import numpy as np
import tensorflow as tf

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong

SHAPE = (32, 240, 320, 3)
BYTES = 29_491_200


def shape(wrong, hint):
    return Wrong((wrong, BYTES), hint)


def size(wrong, hint):
    return Wrong((SHAPE, wrong), hint)


def scaled(picture):
    return picture.astype("float32") / 255


def axes(x):
    return x[np.newaxis, :, :, np.newaxis]


def prepare_in_place(picture):
    picture /= 255
    return axes(picture)


def prepare_by_loop(picture):
    x = np.zeros((1, 28, 28, 1), dtype="float32")
    for row in range(28):
        for column in range(28):
            x[0, row, column, 0] = float(picture[row, column]) / 255
    return x


def swap(pictures):
    return pictures.transpose(0, 2, 1, 3)


def repair_by_loop(pictures):
    return np.stack([1 - picture[:, :, 0].T[:, :, np.newaxis] for picture in pictures])


CASES = {
    "1.1": Cases(
        wrong=[
            shape((32, 320, 240, 3), "width before the height"),
            shape((32, 3, 240, 320), "as PyTorch wants it"),
            shape((32, 3, 320, 240), "Two things"),
            shape((32, 240, 320, 1), "One channel is grey"),
            shape((240, 320, 3), "That is one photograph. The axis"),
            shape((320, 240, 3), "and with the width first"),
            shape((32, 240, 320), "The channel axis is missing"),
            shape((1, 240, 320, 3), "a batch of one"),
            shape((240, 320, 3, 32), "belongs in front"),
            shape((7, 7), "name each axis aloud"),
            shape((None, 240, 320, 3), "None is what Keras writes"),
            shape(240 * 320 * 3, "name each axis aloud"),
            shape("32, 240, 320, 3", "should be made of numbers"),
            size(BYTES // 4, "as in uint8"),
            size(BYTES * 2, "float64"),
            size(BYTES * 8, "That is bits"),
            size(BYTES // 32, "one photograph of the 32"),
            size(BYTES // 3, "three numbers"),
            size(BYTES / 1e6, "megabytes"),
            size(BYTES / 2**20, "mebibytes"),
            size(BYTES / 1024, "kilobytes"),
            size(1, "The shape is right; the bytes are not"),
            size("29 MB", "should be one number"),
        ],
        right=[
            (SHAPE, BYTES),
            ([32, 240, 320, 3], 32 * 240 * 320 * 3 * 4.0),
            (tuple(np.array(SHAPE)), np.prod(SHAPE) * 32 // 8),
            (np.array(SHAPE), np.float32(BYTES)),
            (tf.TensorShape(SHAPE), OwnNumber(BYTES)),
        ],
    ),
    "1.2": Cases(
        wrong=[
            Wrong((scaled,), "still two axes"),
            Wrong((lambda picture: scaled(picture)[..., None],), "batch axis is missing"),
            Wrong((lambda picture: scaled(picture)[None],), "channel axis is missing"),
            Wrong((lambda picture: scaled(picture)[None, None],), "Both new axes stand in front"),
            Wrong((lambda picture: scaled(picture)[..., None, None],), "Both new axes stand at the end"),
            Wrong((lambda picture: scaled(picture)[:, None, :, None],), "between height and width"),
            Wrong((lambda picture: scaled(picture).reshape(1, -1),), "all pixels in one row"),
            Wrong((lambda picture: np.repeat(axes(scaled(picture)), 3, axis=3),), "the picture is grey"),
            Wrong((lambda picture: scaled(picture)[None, :10, :, None],), "The shape is (1, 10, 28, 1)"),
            Wrong((axes,), "still go up to 255"),
            Wrong((lambda picture: axes(picture // 255),), "All values are 0 now"),
            Wrong((lambda picture: axes(scaled(picture).astype("uint8")),), "All values are 0 now"),
            Wrong((lambda picture: axes(picture / 256),), "Divided by 256"),
            Wrong((lambda picture: axes(1 - scaled(picture)),), "inverted the picture"),
            Wrong((lambda picture: axes(picture / 127.5 - 1),), "range −1 to 1"),
            Wrong((lambda picture: axes(scaled(picture) / 255),), "twice"),
            Wrong((lambda picture: axes(picture / picture.max()),), "own maximum"),
            Wrong((lambda picture: axes((picture - picture.min()) / np.ptp(picture)),), "own extremes"),
            Wrong((lambda picture: axes((picture - picture.mean()) / picture.std()),), "own mean"),
            Wrong((lambda picture: axes(scaled(picture).T),), "height and width have changed places"),
            Wrong((lambda picture: axes(scaled(picture) + 7),), " is wanted."),
            Wrong((lambda picture: axes(picture / 255),), "dtype is float64"),
            Wrong((lambda picture: axes(scaled(picture)[:, ::-1]),), " is wanted."),
            Wrong((prepare_in_place,), "your answer stopped with"),
            Wrong((axes(np.zeros((28, 28))),), "A function is wanted"),
        ],
        right=[
            (lambda picture: axes(scaled(picture)),),
            (lambda picture: (picture.reshape(1, 28, 28, 1) / np.float32(255)).astype(np.float32),),
            (prepare_by_loop,),
            (lambda picture: tf.constant(axes(scaled(picture))),),
            (lambda picture: Own(axes(scaled(picture))),),
        ],
    ),
    "1.3": Cases(
        wrong=[
            Wrong((lambda x: x,), "come back as it was"),
            Wrong((lambda x: 1 - x,), "The background is right now"),
            Wrong((swap,), "these lie on white"),
            Wrong((lambda x: -swap(x),), "Upright, but a minus"),
            Wrong((lambda x: -x,), "A minus alone"),
            Wrong((lambda x: 255 - swap(x),), "255 − x inverts pictures"),
            Wrong((lambda x: 255 - x,), "255 − x inverts values"),
            Wrong((lambda x: 1 - np.rot90(x, 1, (1, 2)),), "upside down"),
            Wrong((lambda x: 1 - np.rot90(x, 3, (1, 2)),), "left and right are exchanged"),
            Wrong((lambda x: 1 - x[:, ::-1],), "order of the rows"),
            Wrong((lambda x: 1 - x[:, :, ::-1],), "order of the columns"),
            Wrong((lambda x: 1 - x.T,), ".T turns all four axes round"),
            Wrong((lambda x: x * 0,), NEUTRAL),
            Wrong((lambda x: x[0],), NEUTRAL),
            Wrong((lambda x: x.T,), ".T turns all four axes round"),
            Wrong((lambda x: x.reshape(3, 28, 28),), NEUTRAL),
        ],
        right=[
            (lambda x: 1 - swap(x),),
            (lambda x: np.swapaxes(1 - x, 1, 2),),
            (lambda x: np.abs(np.einsum("nhwc->nwhc", x) - 1),),
            (repair_by_loop,),
            (lambda x: tf.transpose(1 - x, (0, 2, 1, 3)),),
            (lambda x: (1 - swap(x)).astype(np.float64).tolist(),),
        ],
    ),
}
