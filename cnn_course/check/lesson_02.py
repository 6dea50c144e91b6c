"""Checks of lesson 2, convolution: one report by hand, a stride, and a layer read off."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, compare, judge, number, register

PATCH = np.array([[1, 1, 1], [1, 4, 0], [3, 4, 1]])  # with this card, no two of the mistakes give one number
CARD = np.array([[0, -1, 0], [1, -3, 0], [0, 2, -1]])
BIAS = 2


@register("2.1", right="You have computed one number of a feature map; the other flashlights do the same elsewhere.")
def report(answer: Any) -> None:
    """The report of one flashlight, a number."""
    otherwise = "Write down the five products that are not zero, each with its sign, and add them up once more."
    compare(number(answer, "The report"), (PATCH * CARD).sum() + BIAS, [
        ((PATCH * CARD).sum(), "This is the sum of the nine products. The flashlight adds one more number."),
        (0, "Negative reports are allowed: nothing here replaces them by 0."),
        ((PATCH * abs(CARD)).sum() + BIAS, "Mind the signs: three numbers of the card are negative."),
        ((PATCH * CARD).sum() - BIAS, "The bias is subtracted, and should be added."),
        ((PATCH * CARD).sum() * BIAS, "The bias is a factor here; it should be added."),
        (((PATCH + BIAS) * CARD).sum(), "The bias is added to the sum, not to the pixels."),
        (PATCH.sum() + BIAS, "This adds up the pixels themselves. Multiply each by its number on the card first."),
        ((PATCH * CARD[::-1, ::-1]).sum() + BIAS, "The card has been turned by 180 degrees. Lay it on as it is."),
        ((PATCH * CARD.T).sum() + BIAS, "Rows and columns of the card have changed places. Lay it on as it is."),
        ((PATCH * CARD + BIAS).sum(), "The bias is added once, to the sum, and not to each of the nine products."),
        ((PATCH @ CARD).sum() + BIAS, "This is a matrix product. Multiply each pixel by the number at its own place."),
    ], otherwise)  # fmt: skip


@register("2.2", right="You have written the heart of a Conv2D layer.")
def strided(answer: Any) -> None:
    """A function of a wall `(H, W)`, a square kernel and a stride."""
    rng = np.random.default_rng(2)
    sizes = ((6, 6, 3, 1), (7, 9, 3, 2), (8, 11, 3, 2), (10, 8, 2, 3), (9, 12, 4, 2))
    cases = [(rng.normal(size=(h, w)), rng.normal(size=(k, k)), stride) for h, w, k, stride in sizes]
    judge(answer, _strided, cases, [
        (lambda w, k, s: _strided(w, k, 1), "Your map has a number for every place, as with stride 1."),
        (lambda w, k, s: _strided(w, k, s).T, "Rows and columns of your map are exchanged."),
        (lambda w, k, s: _strided(w, k[::-1, ::-1], s), "The kernel is turned by 180 degrees."),
        (lambda w, k, s: _strided(w, k.T, s), "Rows and columns of the kernel are exchanged."),
        (lambda w, k, s: _strided(w, k, s) / k.size, "The products are averaged, and should be added up."),
        (lambda w, k, s: np.maximum(_strided(w, k, s), 0), "The negative reports are replaced by 0."),
        (_one_pixel_apart, "The map has the right shape, but neighbouring patches begin only one pixel apart."),
    ])  # fmt: skip


def _strided(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    windows = sliding_window_view(wall, kernel.shape)[::stride, ::stride]
    return np.asarray(np.einsum("rcij,ij->rc", windows, kernel))


def _one_pixel_apart(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    rows, columns = _strided(wall, kernel, stride).shape
    return _strided(wall, kernel, 1)[:rows, :columns]


@register(
    "2.3", right="Only filters, kernel size and channels count for the parameters; the size of the picture does not."
)
def conv2d_by_rule(shape: Any, parameters: Any) -> None:
    """The output shape and the parameters of `Conv2D(16, 5, strides=2, padding="same")` on 28 × 28 × 3."""
    if isinstance(shape, tuple | list) and None in tuple(shape):
        raise Hint("None is the batch axis. Leave it out: height, width, and the number of feature maps.")
    compare(array(shape, "The output shape"), (14, 14, 16), [
        ((12, 12, 16), '12 is the size with padding="valid". What does "same" do?'),
        ((28, 28, 16), '"same" keeps the size only with stride 1. Here every second flashlight is left out.'),
        ((14, 14, 3), "The last number counts feature maps, one for each filter, and not the channels of the input."),
        ((16, 14, 14), "In Keras the channels come last: height, width, feature maps."),
        ((14, 14, 48), "The three channels are added up into one map for each filter."),
        ((1, 14, 14, 16), "Leave the batch axis out: height, width, and the number of feature maps."),
        ((14, 14), "The number of feature maps is missing: height, width, feature maps."),
    ], "Height and width: 28 divided by the stride, rounded up. Then the filters.")  # fmt: skip
    compare(number(parameters, "The number of parameters"), 16 * (5 * 5 * 3 + 1), [
        (16 * 25 * 3, "These are the weights of the kernels. Each filter has one more number."),
        (16 * 26, "Each filter is as deep as its input, which has three channels."),
        (16 * 25, "Each filter is as deep as its input, and it has a bias."),
        (16 * (25 * 3 + 3), "Too many biases: a filter has one bias, not one for each channel."),
        (25 * 3 + 1, "This is one filter. How many are there?"),
        (14 * 14 * 16 * 76, "All flashlights of a filter share one card: do not multiply by the number of places."),
    ], "Count one filter first: height × width × channels, and its bias.")  # fmt: skip
