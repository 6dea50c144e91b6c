"""Right and wrong answers to the exercises of lesson 1."""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from scipy.stats import pearsonr

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def grey(path):
    return keras.utils.load_img(path, color_mode="grayscale")


def pixels(path):
    """Shape (28, 28, 1), 0 to 255."""
    return keras.utils.img_to_array(grey(path))


def file(function):
    """A wrong answer to 1.1 that does this to the pixels and adds the batch axis."""
    return (lambda path: function(pixels(path))[np.newaxis],)


def decoded(path):
    return tf.image.decode_png(tf.io.read_file(path), channels=1)[tf.newaxis]


def by_loop(path):
    given, x = np.asarray(Image.open(path)), np.zeros((1, 28, 28, 1), dtype="float32")
    for row in range(28):
        for column in range(28):
            x[0, row, column, 0] = float(given[row, column]) / 255
    return x


def mean(batch):
    return np.mean(batch, axis=0).ravel()


def without_numpy(pictures, training):
    a, b = mean(pictures).tolist(), mean(training).tolist()
    a, b = [one - sum(a) / len(a) for one in a], [one - sum(b) / len(b) for one in b]
    product = sum(one * other for one, other in zip(a, b, strict=True))
    return product / (sum(one**2 for one in a) * sum(one**2 for one in b)) ** 0.5


def of_sums(pictures, training):
    return np.corrcoef(np.sum(pictures, 0).reshape(-1), np.sum(training, 0).reshape(-1))[1, 0]


def standardised(pictures, training):
    a, b = mean(pictures), mean(training)
    return np.mean((a - a.mean()) / a.std() * (b - b.mean()) / b.std())


def cosine(pictures, training):
    a, b = mean(pictures), mean(training)
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def right(pictures, training):
    return np.corrcoef(mean(pictures), mean(training))[0, 1]


def each(pictures, training):
    return np.mean([np.corrcoef(one.ravel(), mean(training))[0, 1] for one in pictures])


def every_two(pictures, training):
    return np.mean([np.corrcoef(one.ravel(), other.ravel())[0, 1] for one in pictures for other in training])


def rows_as_lists(pictures, training):
    return np.corrcoef(pictures.mean(axis=0)[..., 0], training.mean(axis=0)[..., 0])[0, 1]


def swap(pictures):
    return pictures.transpose(0, 2, 1, 3)


def repair_by_loop(pictures):
    return np.stack([1 - picture[:, :, 0].T[:, :, np.newaxis] for picture in pictures])


CASES = {
    "1.1": Cases(
        wrong=[
            Wrong((lambda path: grey(path),), "only two axes"),
            Wrong((lambda path: pixels(path) / 255,), "The batch axis is missing"),
            Wrong((lambda path: keras.utils.img_to_array(keras.utils.load_img(path)) / 255,), "Two things"),
            Wrong((lambda path: keras.utils.img_to_array(keras.utils.load_img(path))[None] / 255,), "a colour picture"),
            Wrong((lambda path: np.asarray(Image.open(path).convert("RGBA"))[None] / 255,), "the picture is grey"),
            Wrong((lambda path: pixels(path)[None, ..., 0] / 255,), "channel axis is missing at the end"),
            Wrong((lambda path: pixels(path)[None, None, ..., 0] / 255,), "Both new axes stand in front"),
            Wrong((lambda path: pixels(path)[None, ..., None] / 255,), "one axis too many at the end"),
            Wrong((lambda path: pixels(path)[..., None] / 255,), "Both axes of length 1 stand at the end"),
            Wrong((lambda path: pixels(path)[:, None] / 255,), "between height and width"),
            Wrong((lambda path: pixels(path)[None, None] / 255,), "one axis too many"),
            Wrong((lambda path: pixels(path).reshape(1, -1) / 255,), "all pixels in one row"),
            Wrong((lambda path: pixels(path)[None, :10] / 255,), "The shape is (1, 10, 28, 1)"),
            Wrong(file(lambda x: x), "still go up to 255"),
            Wrong(file(lambda x: x // 255), "All values are 0"),
            Wrong(file(lambda x: (x / 255).astype("uint8")), "All values are 0"),
            Wrong(file(lambda x: x / 256), "Divided by 256"),
            Wrong(file(lambda x: 1 - x / 255), "inverted the picture"),
            Wrong(file(lambda x: x / 127.5 - 1), "range −1 to 1"),
            Wrong(file(lambda x: x / 255 / 255), "twice"),
            Wrong(file(lambda x: x / x.max()), "own maximum"),
            Wrong(file(lambda x: (x - x.min()) / np.ptp(x)), "own extremes"),
            Wrong(file(lambda x: (x - x.mean()) / x.std()), "own mean"),
            Wrong(file(lambda x: x.transpose(1, 0, 2) / 255), "height and width have changed places"),
            Wrong(file(lambda x: x / 255 + 7), " is wanted."),
            Wrong(file(lambda x: x[:, ::-1] / 255), " is wanted."),
            Wrong(file(lambda x: (x / 255).astype("float64")), "dtype is float64"),
            Wrong((lambda path: path / 255,), "your answer stopped with"),
            Wrong((lambda path: path,), "should be made of numbers"),
            Wrong((np.zeros((1, 28, 28, 1)),), "A function is wanted"),
        ],
        right=[
            (lambda path: pixels(path)[np.newaxis] / 255,),
            (lambda path: np.asarray(Image.open(path), dtype="float32").reshape(1, 28, 28, 1) / 255,),
            (lambda path: plt.imread(path)[None, :, :, None],),
            (by_loop,),
            (lambda path: tf.cast(decoded(path), tf.float32) / 255,),
            (lambda path: tf.image.convert_image_dtype(decoded(path), tf.float32),),
            (lambda path: keras.layers.Rescaling(1 / 255)(pixels(path)[None]),),
            (lambda path: Own((pixels(Path(path)) / 255)[None]),),
            (lambda path: np.asarray(keras.utils.load_img(path), "float32")[None, ..., :1] / 255,),
        ],
    ),
    "1.2": Cases(
        wrong=[
            Wrong((lambda pictures, training: np.corrcoef(mean(pictures), mean(training)),), "the whole table"),
            Wrong((lambda pictures, training: np.corrcoef(mean(pictures), mean(training))[0, 0],), "with itself"),
            Wrong((lambda pictures, training: np.corrcoef(mean(pictures), mean(training))[0],), "You want the second"),
            Wrong((lambda pictures, training: np.corrcoef(mean(pictures), mean(training))[1],), "You want the first"),
            Wrong((lambda pictures, training: np.corrcoef(pictures.mean(), training.mean())[0, 1],), "returns nan"),
            Wrong((lambda pictures, training: abs(right(pictures, training)),), "The minus has got lost"),
            Wrong((lambda pictures, training: right(pictures, training) ** 2,), "square of the correlation"),
            Wrong((lambda pictures, training: 1 - right(pictures, training),), "subtracted it from 1"),
            Wrong((lambda pictures, training: -right(pictures, training),), "The sign is wrong"),
            Wrong((lambda pictures, training: right(pictures[:1], training[:1]),), "the first picture of each batch"),
            Wrong((each,), "with the mean of the training"),
            Wrong((every_two,), "every two pictures"),
            Wrong((rows_as_lists,), "each row of a grid"),
            Wrong((cosine,), "the cosine of the two lists"),
            Wrong((lambda pictures, training: mean(pictures) @ mean(training),), "Products alone"),
            Wrong((lambda pictures, training: np.cov(mean(pictures), mean(training))[0, 1],), "covariance"),
            Wrong((lambda pictures, training: np.mean(pictures) - np.mean(training),), "forgets the places"),
            Wrong((lambda pictures, training: abs(mean(pictures) - mean(training)).mean(),), "mean difference of"),
            Wrong((lambda pictures, training: ((mean(pictures) - mean(training)) ** 2).mean(),), "mean squared"),
            Wrong((lambda pictures, training: right(pictures, training[:4]),), NEUTRAL),
            Wrong((lambda pictures, training: round(right(pictures, training), 1),), "right, but rounded"),
            Wrong((lambda pictures, training: mean(pictures),), NEUTRAL),
            Wrong((lambda pictures, training: np.corrcoef(pictures.ravel(), training.ravel())[0, 1],), "stopped with"),
            Wrong((lambda pictures, training: print(right(pictures, training)),), "returns nothing"),
        ],
        right=[
            (right,),
            (of_sums,),
            (without_numpy,),
            (standardised,),
            (lambda pictures, training: pearsonr(mean(pictures), mean(training)).statistic,),
            (lambda pictures, training: tf.constant(right(pictures, training), tf.float32),),
            (lambda pictures, training: OwnNumber(right(pictures, training)),),
            (lambda pictures, training: np.array([[right(pictures, training)]]),),
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
            Wrong((lambda x: 1 - np.rot90(x, 1, (1, 2)),), "upside down now"),
            Wrong((lambda x: 1 - np.rot90(x, 3, (1, 2)),), "exchanged now"),
            Wrong((lambda x: np.rot90(x, 1, (1, 2)),), "upside down, and the background"),
            Wrong((lambda x: np.rot90(x, 3, (1, 2)),), "exchanged, and the background"),
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
