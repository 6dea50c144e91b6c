"""Answers to the exercises of lesson 02, convolution."""

import keras
import numpy as np
import tensorflow as tf
from scipy.signal import correlate

from . import NEUTRAL, Cases, Own, OwnNumber, Wrong


def loops(wall, kernel, stride, *, step=None, flip=False):
    """Convolve by loops; `step` is what the start of a patch really moves by."""
    size, step = len(kernel), stride if step is None else step
    kernel = kernel[::-1, ::-1] if flip else kernel
    rows, columns = (wall.shape[0] - size) // stride + 1, (wall.shape[1] - size) // stride + 1
    out = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            out[r, c] = (wall[r * step : r * step + size, c * step : c * step + size] * kernel).sum()
    return out


def no_stride(wall, kernel, stride):
    return loops(wall, kernel, 1)


def one_too_few(wall, kernel, stride):
    return loops(wall, kernel, stride)[:-1, :-1]


def with_scipy(wall, kernel, stride):
    return correlate(wall, kernel, mode="valid")[::stride, ::stride].tolist()


def with_keras(wall, kernel, stride):
    return keras.ops.conv(wall[None, ..., None], kernel[..., None, None], strides=stride)[0, ..., 0]


def corner_wrong(wall, kernel, stride):
    out = loops(wall, kernel, stride)
    out[-1, -1] = 0
    return out


CASES = {
    "2.1": Cases(
        wrong=[
            Wrong((-5,), "adds one more number"),
            Wrong((0,), "Negative reports"),
            Wrong((25,), "Mind the signs"),
            Wrong((18,), "the pixels themselves"),
            Wrong((-13,), "turned by 180"),
            Wrong((-11,), "Rows and columns of the card"),
            Wrong((13,), "added once"),
            Wrong((-19,), "a matrix product"),
            Wrong((-7,), "is subtracted"),
            Wrong((-10,), "is a factor"),
            Wrong((-9,), "not to the pixels"),
            Wrong((7.5,), "once more"),
        ],
        right=[(-3,), (-3.0,), (np.float32(-3),), (np.array([-3]),), (OwnNumber(-3),)],
    ),
    "2.2": Cases(
        wrong=[
            Wrong((no_stride,), "as with stride 1"),
            Wrong((lambda w, k, s: loops(w, k, s, flip=True),), "turned by 180"),
            Wrong((lambda w, k, s: loops(w, k, s, step=1),), "begin only one pixel apart"),
            Wrong((lambda w, k, s: loops(w, k, s) / k.size,), "averaged"),
            Wrong((lambda w, k, s: np.maximum(loops(w, k, s), 0),), "replaced by 0"),
            Wrong((lambda w, k, s: loops(w, k.T, s),), "Rows and columns of the kernel"),
            Wrong((lambda w, k, s: loops(w.T, k.T, s),), "Rows and columns of your map"),
            Wrong((one_too_few,), NEUTRAL),
            Wrong((corner_wrong,), "at (3, 3) it holds 0, wanted is"),
            Wrong((lambda w, k: w,), "stopped with TypeError"),
        ],
        right=[(loops,), (with_scipy,), (with_keras,), (lambda w, k, s: Own(loops(w, k, s).astype(np.float32)),)],
    ),
    "2.3": Cases(
        wrong=[
            Wrong(((12, 12, 16), 1216), "valid"),
            Wrong(((28, 28, 16), 1216), "only with stride 1"),
            Wrong(((14, 14, 3), 1216), "one for each filter"),
            Wrong(((14, 14, 48), 1216), "added up"),
            Wrong(((16, 14, 14), 1216), "channels come last"),
            Wrong(((14, 14), 1216), "number of feature maps is missing"),
            Wrong(((None, 14, 14, 16), 1216), "None is the batch axis"),
            Wrong(((1, 14, 14, 16), 1216), "Leave the batch axis out"),
            Wrong(((13, 13, 16), 1216), "rounded up"),
            Wrong(((14, 14, 16), 1200), "one more number"),
            Wrong(((14, 14, 16), 416), "as deep as its input, which"),
            Wrong(((14, 14, 16), 400), "as deep as its input, and it"),
            Wrong(((14, 14, 16), 1248), "Too many biases"),
            Wrong(((14, 14, 16), 76), "This is one filter"),
            Wrong(((14, 14, 16), 14 * 14 * 16 * 76), "share one card"),
            Wrong(((14, 14, 16), 5), "Count one filter"),
        ],
        right=[
            ((14, 14, 16), 1216),
            ([14, 14, 16], 1216.0),
            ((14.0, 14, np.int64(16)), 16 * (5 * 5 * 3 + 1)),
            (np.array([14, 14, 16]), np.float32(1216)),
            (tf.TensorShape((14, 14, 16)), OwnNumber(1216)),
        ],
    ),
}
