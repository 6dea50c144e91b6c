"""Checks of lesson 02, convolution."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

PATCH = np.array([[1, 0, 2], [0, 3, 1], [2, 1, 4]])
CARD = np.array([[0, 1, 0], [2, -2, 0], [0, 1, -1]])
BIAS = 2


@register("2.1", right="You have computed one number of a feature map; the other flashlights do the same elsewhere.")
def report(answer: Any) -> None:
    """Exercise 2.1 wants the report of one flashlight, a number."""
    value = number(answer, "The report")
    score = float((PATCH * CARD).sum())
    mistakes = {
        score: "This is the sum of the nine products. The flashlight adds one more number before it reports.",
        0.0: "Negative reports are allowed: nothing here replaces them by 0.",
        float((PATCH * np.abs(CARD)).sum() + BIAS): "Mind the signs: two numbers of the card are negative.",
        float(PATCH.sum() + BIAS): "This adds up the pixels themselves. Multiply each by its number on the card first.",
        float((PATCH * CARD[::-1, ::-1]).sum() + BIAS): "The card has been turned by 180 degrees. Lay it on as it is.",
        float((PATCH * CARD + BIAS).sum()): "The bias is added once, to the sum, and not to each of the nine products.",
        float((PATCH @ CARD).sum() + BIAS): (
            "This is a matrix product (row times column). Multiply each pixel by the one number at its own place."
        ),
    }
    if not np.isclose(value, score + BIAS):
        for mistaken, hint in mistakes.items():
            if np.isclose(value, mistaken):
                raise Hint(hint)
        raise Hint("Write down the five products that are not zero, each with its sign, and add them up once more.")


@register("2.2", right="You have written the heart of a Conv2D layer.")
def strided(answer: Any) -> None:
    """Exercise 2.2 wants a function of a wall `(H, W)`, a square kernel and a stride."""
    random = np.random.default_rng(2)
    for height, width, size, stride in ((6, 6, 3, 1), (7, 9, 3, 2), (8, 11, 3, 2), (10, 8, 2, 3), (9, 12, 4, 2)):
        wall, kernel = random.normal(size=(height, width)), random.normal(size=(size, size))
        given = f"a wall of {height} × {width}, a kernel of {size} × {size} and stride {stride}"
        result = call(answer, wall, kernel, stride, given=given)
        _compare(np.asarray(result), wall, kernel, stride, given)


def _compare(result: NDArray[Any], wall: NDArray[Any], kernel: NDArray[Any], stride: int, given: str) -> None:
    """Raise `Hint` unless the result is the strided convolution of the wall."""
    every = _convolve(wall, kernel)
    wanted = every[::stride, ::stride]
    if result.shape == every.shape != wanted.shape:
        raise Hint(f"Given {given}, your map has a number for every place, as with stride 1: {result.shape}.")
    if result.shape == wanted.T.shape != wanted.shape:
        raise Hint(f"Given {given}, rows and columns of your map are exchanged: its shape is {result.shape}.")
    values = array(result, wanted.shape, f"Given {given}, the map")
    mistakes = {
        "the kernel is turned by 180 degrees": _convolve(wall, kernel[::-1, ::-1])[::stride, ::stride],
        "rows and columns of the kernel are exchanged": _convolve(wall, kernel.T)[::stride, ::stride],
        "the products are averaged, and should be added up": wanted / kernel.size,
        "the map has the right shape, but neighbouring patches begin only one pixel apart": every[
            : wanted.shape[0], : wanted.shape[1]
        ],
        "the negative reports are replaced by 0": np.maximum(wanted, 0),
        "rows and columns of your map are exchanged": wanted.T,
    }
    if not np.allclose(values, wanted):
        for mistake, values_then in mistakes.items():
            if values.shape == values_then.shape and np.allclose(values, values_then):
                raise Hint(f"Given {given}, {mistake}.")
        row, column = (int(place[0]) for place in np.nonzero(~np.isclose(values, wanted)))
        raise Hint(
            f"Given {given}, the shape is right, and the first wrong number stands in row {row}, column {column}. "
            "Which patch of the wall belongs there?"
        )


def _convolve(wall: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.einsum("rcij,ij->rc", sliding_window_view(wall, kernel.shape), kernel))


@register(
    "2.3", right="Only filters, kernel size and channels count for the parameters; the size of the picture does not."
)
def conv2d_by_rule(shape: Any, parameters: Any) -> None:
    """Exercise 2.3 wants the output shape and the parameters of `Conv2D(16, 5, strides=2, padding="same")`."""
    _output_shape(shape)
    count = number(parameters, "The number of parameters")
    mistakes = {
        16 * 25 * 3: "These are the weights of the kernels. Each filter has one more number.",
        16 * 26: "Each filter is as deep as its input, which has three channels.",
        16 * 25: "Each filter is as deep as its input, and it has a bias.",
        16 * (25 * 3 + 3): "Too many biases: a filter has one bias, not one for each channel.",
        25 * 3 + 1: "This is one filter. How many are there?",
        14 * 14 * 16 * 76: "All flashlights of a filter share one card: do not multiply by the number of places.",
    }
    if count != 16 * 76:
        raise Hint(mistakes.get(int(count), "Count one filter first: height × width × channels, and its bias."))


def _output_shape(shape: Any) -> None:
    if not isinstance(shape, tuple | list) or len(shape) != 3:
        raise Hint("The output shape should be three numbers: height, width, and the number of feature maps.")
    numbers = tuple(number(part, "Each part of the output shape") for part in shape)
    mistakes: dict[tuple[float, ...], str] = {
        (12, 12, 16): '12 is the size with padding="valid". What does "same" do?',
        (28, 28, 16): '"same" keeps the size only with stride 1. Here every second flashlight is left out.',
        (14, 14, 3): "The last number counts feature maps, one for each filter, and not the channels of the input.",
        (16, 14, 14): "In Keras the channels come last: height, width, feature maps.",
        (14, 14, 48): "The three channels are added up into one map for each filter.",
    }
    if numbers != (14, 14, 16):
        raise Hint(mistakes.get(numbers, "Height and width: 28 divided by the stride, rounded up. Then the filters."))
