"""Checks of lesson 2, convolution: one report by hand, a stride, a card in a layer, and a layer's shape and size."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, Mistakes, array, compare, judge, kind, number, register, shown

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
        (lambda w, k, s: _strided(w[::s, ::s], k, 1),
         "Pixels of the wall are left out; leave out places: each patch keeps all its pixels."),
        (lambda w, k, s: _strided(w[s:, s:], k, s), "The first patch begins at the stride, and should begin at 0."),
        (lambda w, k, s: _strided(w, k, s)[:-1, :-1],
         "The last row and the last column are missing: besides the steps there is a start at 0."),
        (_rounded_too_late,
         "Sometimes the last row or column is missing: add the 1 for the start at 0 when you have divided."),
        (_with_gaps, "Your map keeps a place for every pixel of stride 1, with zeros where the stride leaves one out."),
    ])  # fmt: skip


def _strided(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    windows = sliding_window_view(wall, kernel.shape)[::stride, ::stride]
    return np.asarray(np.einsum("rcij,ij->rc", windows, kernel))


def _one_pixel_apart(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    rows, columns = _strided(wall, kernel, stride).shape
    return _strided(wall, kernel, 1)[:rows, :columns]


def _rounded_too_late(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    rows, columns = ((n - len(kernel) + 1) // stride for n in wall.shape)
    return _strided(wall, kernel, stride)[:rows, :columns]


def _with_gaps(wall: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    full = np.zeros_like(_strided(wall, kernel, 1))
    full[::stride, ::stride] = _strided(wall, kernel, stride)
    return full


@register("2.3", right="Your numbers are in the layer now; training would put others there, in the same place.")
def own_card(layer: Any, shape: Any, parameters: Any) -> None:
    """A `Conv2D` that carries `OWN_CARD` and `OWN_BIAS`; output shape and parameters of `Conv2D(6, 5, strides=2)`."""
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
        (_own_card_stride_2, "It has places for a stride of 2 only."),
    ]  # fmt: skip
    try:
        judge(layer, lambda pictures: _own_card(pictures), cases, mistakes, name="your layer")
    except Hint:
        if (weights := _kernel_of(layer)) is not None and not np.allclose(np.sort(weights.ravel()), range(1, 10)):
            words = "The kernel in the layer does not hold the numbers 1 to 9. Has `set_weights` been called on it?"
            raise Hint(words) from None
        raise
    _paper_shape(shape)
    each = "Nothing has to be learned anew at another place, and nothing for the size of the picture."
    compare(number(parameters, "`parameters`"), 6 * (5 * 5 * 3 + 1), [
        (6 * 5 * 5 * 3, "The biases are missing."),
        (6 * 5 * 5 * 3 + 1, "There is a bias on every card, not one for all."),
        (6 * (5 * 5 * 3 + 3), "A card has one bias, not one for each of its slices."),
        (6 * (5 * 5 + 1), "These would be flat cards. A card is as deep as its input."),
        (6 * 5 * 5, "These would be flat cards, and without a bias. A card is as deep as its input."),
        (5 * 5 * 3 + 1, "That is one card; the layer has several."),
        (6 * (3 * 3 * 3 + 1), "That would be cards of 3 × 3. The second argument says how large these are."),
        (5 * (6 * 6 * 3 + 1), "The first argument of Conv2D is the number of filters, the second their size."),
        (12 * 12 * 6 * 5 * 5 * 3, "That is the work, in multiply-adds. " + each),
        (12 * 12 * 6 * (5 * 5 * 3 + 1), "That is a card for each place. " + each),
    ], "Shape: right. Parameters: what stands on one card, times the number of cards.")  # fmt: skip


def _paper_shape(answer: Any) -> None:
    """The output shape, as a tuple or whatever else holds it, with or without the batch axis."""
    try:
        sizes = list(answer)
    except TypeError:
        raise Hint(f"`shape` should be three numbers in brackets, and it is {kind(answer)}.") from None
    if len(sizes) == 4 and (sizes[0] is None or sizes[0] == 1):
        sizes = sizes[1:]  # as Keras writes it
    compare(array(sizes, "`shape`"), (12, 12, 6), [
        ((24, 24, 6), "That is the shape for a stride of 1."),
        ((14, 14, 6), 'That would be padding="same".'),
        ((13, 13, 6), "That is one place too many in a row: the last patch would reach over the border."),
        ((11, 11, 6), "That is one place too few in a row: the start at pixel 0 counts, too."),
        ((12, 12, 3), "There is one map for each card, not for each channel that comes in."),
        ((12, 12, 18), "The answers of a card's slices are added up: it gives one map, not one for each channel."),
        ((12, 12, 1), "There is one map for each card."),
        ((12, 12, 5), "The first argument of Conv2D is the number of filters, the second their size."),
        ((12, 12), "The channels are missing; there is one for each card."),
        ((6, 12, 12), "The channels come last in Keras."),
    ], f"`shape` is {shown(tuple(sizes))}: height and width are the places where a patch of 5 × 5 can begin, two "
       "pixels apart, and the channels are the maps.")  # fmt: skip


def _own_card(
    pictures: NDArray[Any], card: NDArray[Any] | None = None, bias: float = -10, padding: str = "same"
) -> NDArray[Any]:
    kernel = OWN_CARD if card is None else card
    frame = 1 if padding == "same" else 0
    walls = np.pad(np.asarray(pictures, dtype=np.float64), ((0, 0), (frame, frame), (frame, frame), (0, 0)))[..., 0]
    return np.asarray(np.tensordot(sliding_window_view(walls, (3, 3), axis=(1, 2)), kernel, 2)[..., None] + bias)


def _own_card_stride_2(pictures: NDArray[Any]) -> NDArray[Any]:
    """As Keras does it: where a side is even, the column of zeros lies behind, and the first place is one further."""
    rows, columns = pictures.shape[1:3]
    return _own_card(pictures)[:, 1 - rows % 2 :: 2, 1 - columns % 2 :: 2]


def _kernel_of(layer: Any) -> NDArray[Any] | None:
    """The kernel of a layer or model that has one of nine weights; None if it has another or cannot tell."""
    try:
        kernels = [one for one in map(np.asarray, layer.get_weights()) if one.size == 9]
    except Exception:
        return None
    return kernels[0] if len(kernels) == 1 else None
