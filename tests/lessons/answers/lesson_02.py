"""Answers to the exercises of lesson 02, convolution."""

import keras
import numpy as np
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


CARD = np.arange(1, 10).reshape(3, 3)


def conv(card=CARD, bias=-10, *, channels=1, loaded=True, padding="same", **options):
    """A layer of one filter that carries a card."""
    layer = keras.layers.Conv2D(1, 3, padding=padding, **options)
    layer.build((None, 28, 28, channels))
    if loaded:
        kernel = np.repeat(card[:, :, None, None], channels, axis=2)
        layer.set_weights([kernel, np.array([bias])][: len(layer.get_weights())])
    return layer


CASES = {
    "2.1": Cases(
        wrong=[
            Wrong((-5,), "one more number in it"),
            Wrong((0,), "keep the sign"),
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
            Wrong((conv(padding="valid"), 18), "no frame of zeros"),
            Wrong((conv(loaded=False), 18), "numbers 1 to 9"),
            Wrong((keras.layers.Conv2D(1, 3, padding="same"), 18), "numbers 1 to 9"),
            Wrong((conv(card=CARD * 2), 18), "numbers 1 to 9"),
            Wrong((conv(bias=0), 18), "The bias is missing: its card"),
            Wrong((conv(use_bias=False), 18), "The bias is missing: its card"),
            Wrong((conv(bias=10), 18), "should be −10"),
            Wrong((conv(card=CARD.T), 18), "have changed places"),
            Wrong((conv(card=CARD[::-1, ::-1]), 18), "turned by 180"),
            Wrong((conv(activation="relu"), 18), "no activation"),
            Wrong((conv(strides=2), 18), NEUTRAL),
            Wrong((conv(card=CARD[::-1]), 18), NEUTRAL),
            Wrong((conv(channels=3), 18), "stopped with"),
            Wrong((keras.layers.Conv2D, 18), "stopped with"),
            Wrong((CARD, 18), "should be a layer"),
            Wrong((conv(), 35), "All nine numbers"),
            Wrong((conv(), 28), "The bias is missing."),
            Wrong((conv(), 38), "makes the report smaller"),
            Wrong((conv(), 2), "lower right corner"),
            Wrong((conv(), 29), "this is the upper border"),
            Wrong((conv(), 23), "this is the left border"),
            Wrong((conv(), 14), "upper right corner"),
            Wrong((conv(), 6), "lower left corner"),
            Wrong((conv(), 20), "Four pixels of the wall"),
        ],
        right=[
            (conv(), 18),
            (keras.Sequential([keras.Input((None, None, 1)), conv()]), 18.0),
            (conv(padding="SAME", bias=-10.0), np.float32(18)),
            (keras.Sequential([keras.layers.ZeroPadding2D(1), conv(padding="valid")]), OwnNumber(18)),
            (lambda x: keras.ops.conv(x, CARD[:, :, None, None].astype("float32"), padding="same") - 10, [18]),
        ],
    ),
}
