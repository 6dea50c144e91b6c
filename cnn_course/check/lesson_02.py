"""Checks of lesson 2, convolution: one report by hand, a stride, and a card in a layer."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, Mistakes, compare, judge, kind, number, register

PATCH = np.array([[1, 1, 1], [1, 4, 0], [3, 4, 1]])  # with this card, no two of the mistakes give one number
CARD = np.array([[0, -1, 0], [1, -3, 0], [0, 2, -1]])
BIAS = 2
OWN_CARD, OWN_BIAS = np.arange(1, 10).reshape(3, 3), -10  # of exercise 2.3


@register("2.1", right="You have computed one number of a feature map; at the other places the card does the same.")
def report(answer: Any) -> None:
    """The report of one card at one place, a number."""
    otherwise = "Write down the five products that are not zero, each with its sign, and add them up once more."
    compare(number(answer, "The report"), (PATCH * CARD).sum() + BIAS, [
        ((PATCH * CARD).sum(), "This is the sum of the nine products. The report has one more number in it."),
        (0, "Either the pixels were left out, or a negative number was replaced by 0: multiply each number of the card "
            "by its pixel, and keep the sign of what comes out."),
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


@register("2.3", right="Your numbers are in the layer now; training would put others there, in the same place.")
def own_card(layer: Any, corner: Any) -> None:
    """A `Conv2D` that carries `OWN_CARD` and `OWN_BIAS`, and what it reports in the corner of a wall of ones."""
    if not callable(layer):
        raise Hint(f"`my_layer` should be a layer, such as keras.layers.Conv2D(...), and it is {kind(layer)}.")
    rng = np.random.default_rng(3)
    cases = [(rng.normal(size=(2, 5, 6, 1)).astype(np.float32),), (rng.normal(size=(1, 7, 7, 1)).astype(np.float32),)]
    mistakes: Mistakes = [
        (lambda pictures: _own_card(pictures, padding="valid"), 'It works like padding="valid": no frame of zeros.'),
        (lambda pictures: _own_card(pictures, bias=0), "The bias is missing: its card says −10."),
        (lambda pictures: _own_card(pictures, bias=10), "The bias is 10, and should be −10."),
        (lambda pictures: _own_card(pictures, OWN_CARD.T), "Rows and columns of the card have changed places."),
        (lambda pictures: _own_card(pictures, OWN_CARD[::-1, ::-1]), "The card is turned by 180 degrees."),
        (lambda pictures: np.maximum(_own_card(pictures), 0), "Negative reports are replaced by 0: no activation."),
        (lambda pictures: _own_card(pictures)[:, ::2, ::2], "It has places for a stride of 2 only."),
    ]  # fmt: skip
    try:
        judge(layer, lambda pictures: _own_card(pictures), cases, mistakes, name="your layer")
    except Hint:
        if (weights := _kernel_of(layer)) is not None and not np.allclose(np.sort(weights.ravel()), range(1, 10)):
            words = "The kernel in the layer does not hold the numbers 1 to 9. Has `set_weights` been called on it?"
            raise Hint(words) from None
        raise
    own = OWN_CARD[1:, 1:].sum() + OWN_BIAS
    compare(number(corner, "`corner_report`"), own, [
        (OWN_CARD.sum() + OWN_BIAS, "All nine numbers are counted here. In the corner, some of them lie on zeros."),
        (OWN_CARD[1:, 1:].sum(), "The bias is missing."),
        (OWN_CARD[1:, 1:].sum() - OWN_BIAS, "The bias is −10: adding it makes the report smaller."),
        (OWN_CARD[:2, :2].sum() + OWN_BIAS, "This is the lower right corner: there, zeros lie below and to the right."),
        (OWN_CARD[1:].sum() + OWN_BIAS, "With zeros above only, this is the upper border, not the corner."),
        (OWN_CARD[:, 1:].sum() + OWN_BIAS, "With zeros to the left only, this is the left border, not the corner."),
        (OWN_CARD[1:, :2].sum() + OWN_BIAS, "This is the upper right corner."),
        (OWN_CARD[:2, 1:].sum() + OWN_BIAS, "This is the lower left corner."),
    ], "Four pixels of the wall lie under the card. Add up the numbers on them, and the bias.")  # fmt: skip


def _own_card(
    pictures: NDArray[Any], card: NDArray[Any] | None = None, bias: float = -10, padding: str = "same"
) -> NDArray[Any]:
    kernel = OWN_CARD if card is None else card
    frame = 1 if padding == "same" else 0
    walls = np.pad(np.asarray(pictures, dtype=np.float64), ((0, 0), (frame, frame), (frame, frame), (0, 0)))[..., 0]
    return np.asarray(np.tensordot(sliding_window_view(walls, (3, 3), axis=(1, 2)), kernel, 2)[..., None] + bias)


def _kernel_of(layer: Any) -> NDArray[Any] | None:
    """The kernel of a layer or model that has one of nine weights; None if it has another or cannot tell."""
    try:
        kernels = [one for one in map(np.asarray, layer.get_weights()) if one.size == 9]
    except Exception:
        return None
    return kernels[0] if len(kernels) == 1 else None
