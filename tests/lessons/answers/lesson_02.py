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


def rounded_too_late(wall, kernel, stride):
    rows, columns = [(n - len(kernel) + 1) // stride for n in wall.shape]
    return loops(wall, kernel, stride)[:rows, :columns]


def with_gaps(wall, kernel, stride):
    out = np.zeros([n - len(kernel) + 1 for n in wall.shape])
    for row in range(0, out.shape[0], stride):
        for column in range(0, out.shape[1], stride):
            out[row, column] = (wall[row : row + len(kernel), column : column + len(kernel)] * kernel).sum()
    return out


def with_scipy(wall, kernel, stride):
    return correlate(wall, kernel, mode="valid")[::stride, ::stride].tolist()


def with_keras(wall, kernel, stride):
    return keras.ops.conv(wall[None, ..., None], kernel[..., None, None], strides=stride)[0, ..., 0]


def corner_wrong(wall, kernel, stride):
    out = loops(wall, kernel, stride)
    out[-1, -1] = 0
    return out


CARD = np.arange(1, 10).reshape(3, 3)
PAPER = ((12, 12, 6), 456)  # shape and parameters of the layer on paper


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
            Wrong((one_too_few,), "The last row and the last column are missing"),
            Wrong((lambda w, k, s: loops(w[::s, ::s], k, 1),), "Pixels of the wall are left out"),
            Wrong((lambda w, k, s: loops(w[s:, s:], k, s),), "begins at the stride"),
            Wrong((rounded_too_late,), "Sometimes the last row"),
            Wrong((with_gaps,), "zeros where the stride"),
            Wrong((lambda w, k, s: loops(w, k, s)[1:],), NEUTRAL),
            Wrong((corner_wrong,), "at (3, 3) it holds 0, wanted is"),
            Wrong((lambda w, k: w,), "stopped with TypeError"),
        ],
        right=[(loops,), (with_scipy,), (with_keras,), (lambda w, k, s: Own(loops(w, k, s).astype(np.float32)),)],
    ),
    "2.3": Cases(
        wrong=[
            Wrong((conv(padding="valid"), *PAPER), "no frame of zeros"),
            Wrong((conv(loaded=False), *PAPER), "numbers 1 to 9"),
            Wrong((keras.layers.Conv2D(1, 3, padding="same"), *PAPER), "numbers 1 to 9"),
            Wrong((conv(card=CARD * 2), *PAPER), "numbers 1 to 9"),
            Wrong((conv(bias=0), *PAPER), "The bias is missing: its card"),
            Wrong((conv(use_bias=False), *PAPER), "The bias is missing: its card"),
            Wrong((conv(bias=10), *PAPER), "should be −10"),
            Wrong((conv(card=CARD.T), *PAPER), "have changed places"),
            Wrong((conv(card=CARD[::-1, ::-1]), *PAPER), "turned by 180"),
            Wrong((conv(activation="relu"), *PAPER), "no activation"),
            Wrong((conv(strides=2), *PAPER), "a stride of 2 only"),
            Wrong((conv(card=CARD[::-1]), *PAPER), NEUTRAL),
            Wrong((conv(channels=3), *PAPER), "stopped with"),
            Wrong((keras.layers.Conv2D, *PAPER), "stopped with"),
            Wrong((CARD, *PAPER), "should be a layer"),
            Wrong((conv(), 12, 456), "three numbers in brackets"),
            Wrong((conv(), (24, 24, 6), 456), "a stride of 1"),
            Wrong((conv(), (14, 14, 6), 456), 'padding="same"'),
            Wrong((conv(), (13, 13, 6), 456), "one place too many"),
            Wrong((conv(), (11, 11, 6), 456), "one place too few"),
            Wrong((conv(), (12, 12, 3), 456), "for each channel that comes in"),
            Wrong((conv(), (12, 12, 18), 456), "are added up"),
            Wrong((conv(), (12, 12, 1), 456), "one map for each card."),
            Wrong((conv(), (12, 12, 5), 456), "the second their size"),
            Wrong((conv(), (12, 12), 456), "The channels are missing"),
            Wrong((conv(), (6, 12, 12), 456), "come last"),
            Wrong((conv(), (12.5, 12.5, 6), 456), "`shape` is (12.5, 12.5, 6)"),
            Wrong((conv(), ("12", "12", "6"), 456), "`shape` should be made of numbers"),
            Wrong((conv(), (12, 12, 6), 450), "biases are missing"),
            Wrong((conv(), (12, 12, 6), 451), "not one for all"),
            Wrong((conv(), (12, 12, 6), 468), "not one for each of its slices"),
            Wrong((conv(), (12, 12, 6), 156), "flat cards. A card"),
            Wrong((conv(), (12, 12, 6), 150), "flat cards, and without a bias"),
            Wrong((conv(), (12, 12, 6), 76), "That is one card"),
            Wrong((conv(), (12, 12, 6), 168), "cards of 3 × 3"),
            Wrong((conv(), (12, 12, 6), 545), "the second their size"),
            Wrong((conv(), (12, 12, 6), 64_800), "in multiply-adds"),
            Wrong((conv(), (12, 12, 6), 65_664), "a card for each place"),
            Wrong((conv(), (12, 12, 6), 864), "times the number of cards"),
        ],
        right=[
            (conv(), (12, 12, 6), 456),
            (keras.Sequential([keras.Input((None, None, 1)), conv()]), [12, 12, 6], 456.0),
            (conv(padding="SAME", bias=-10.0), np.array([12, 12, 6]), np.int64(456)),
            (
                keras.Sequential([keras.layers.ZeroPadding2D(1), conv(padding="valid")]),
                (None, 12, 12, 6),
                OwnNumber(456),
            ),
            (
                lambda x: keras.ops.conv(x, CARD[:, :, None, None].astype("float32"), padding="same") - 10,
                keras.layers.Conv2D(6, 5, strides=2)(np.zeros((1, 28, 28, 3))).shape,
                [456],
            ),
        ],
    ),
}
