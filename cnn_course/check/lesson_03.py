"""Checks of lesson 3: the one kernel of a linear stack, ReLU forward and backward, and the start for it."""

from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import judge, keeps_input, register, stumbling

Floats = NDArray[np.float64]


@register("3.1", right="Depth without a bend widens the view, and does nothing else.")
def one_kernel(answer: Any) -> None:
    """The side of the one kernel, for stacks of several lengths and sides."""

    def side(sides: list[int]) -> int:
        return 1 + sum(sides) - len(sides)

    judge(answer, side, [([7, 3],), ([2, 9, 4],), ([5],), ([1, 7, 3, 3],), ([3, 3, 3],)], [
        (prod, "You multiplied the sides; but neighbouring windows overlap, so the view grows by adding."),
        (sum, "You added the sides; but the second window starts on a pixel that the first one sees as well."),
        (max, "That is the largest kernel alone; but the layers before it see pixels that it does not."),
        (lambda sides: sum(sides) - len(sides), "You are one short: without any kernel you already see one pixel."),
        (lambda sides: sum(sides) - 1, "You took the overlap off once; it happens again at each further layer."),
        (lambda sides: 2 * len(sides) + 1, "Every layer added 2 pixels: so it is for side 3, and here others occur."),
        (len, "You counted the layers. How wide is the view of one number of the last map?"),
    ])  # fmt: skip


@register("3.2", right="This is what course.layers.relu and relu_backward compute from here on.")
def relu_both_ways(relu: Any, relu_backward: Any) -> None:
    """ReLU on a few numbers and on many, then the error signal it hands back."""
    rng = np.random.default_rng(3)
    x, dy = rng.normal(0, 2, (2, 4, 5, 3))
    few, few_dy = np.array([-3.5, 0.0, 0.5, 3.5]), np.array([0.5, 1.5, -1.0, 2.0])
    one_by_one = "Python's own max and if compare one number with another, not arrays. NumPy has functions that do."
    careful = stumbling(relu, "ambiguous", one_by_one)
    judge(careful, _relu, [(few,), (x,)], _FORWARD, name="my_relu")
    keeps_input(careful, x, hint="my_relu changed the array it was given, which is still needed. Make a new one.")
    careful = stumbling(relu_backward, "ambiguous", one_by_one)
    judge(careful, _relu_backward, [(few_dy, few), (dy, x)], _BACKWARD, name="my_relu_backward")
    keeps_input(careful, dy, x, hint="my_relu_backward changed an array it was given. Make a new array instead.")


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0)


def _relu_backward(dy: Floats, x: Floats) -> Floats:
    return dy * (x > 0)


_FORWARD = [
    (lambda x: np.max(x, 0), "An axis is lost: np.max finds one maximum along an axis; compare each number with 0."),
    (lambda x: x[x > 0], "The negative numbers are gone; they should stay in their places, as zeros."),
    (lambda x: x, "The numbers came out as they went in: the negative ones should become 0."),
    (np.abs, "The negative numbers turned positive: that is abs. They should become 0."),
    (lambda x: np.clip(x, 0, 1), "It cuts off at 1; relu has no upper limit."),
    (lambda x: np.minimum(x, 0), "The negative numbers are kept and the positive ones dropped: the wrong way round."),
    (lambda x: x > 0, "0 or 1 is the slope of relu; a positive number should come out as it went in."),
    (lambda x: 1 / (1 + np.exp(-x)), "That is the sigmoid; relu has no exponential in it."),
]
_BACKWARD = [
    (lambda dy, x: dy * (x >= 0), "One thing is left: where x is exactly 0 the course takes the slope 0."),
    (lambda dy, x: x > 0, "This is the slope alone; the error signal dy that arrives must be multiplied by it."),
    (lambda dy, x: dy * _relu(x), "You multiply dy by the value of relu; what counts is its slope, which is 0 or 1."),
    (lambda dy, x: _relu(dy), "You applied relu to dy. Whether a number passes depends on x; dy may be negative."),
    (lambda dy, x: _relu(dy) * (x > 0), "You also drop the negative numbers of dy. Only x decides what passes."),
    (lambda dy, x: dy * (x < 0), "You let dy pass where x is negative: there relu is flat, so nothing should pass."),
    (lambda dy, x: dy * np.sign(x), "Where x is negative you hand back -dy, the slope of abs. relu is flat there."),
    (lambda dy, x: x * (dy > 0), "dy and x have changed places: dy is what passes, and x decides where."),
    (lambda dy, x: dy, "You pass all of dy on; but where x is negative relu is flat, and its slope is 0."),
]


@register("3.3", right='Keras calls this start "he_normal"; kernel_initializer="he_normal" asks for it.')
def start(answer: Any) -> None:
    """He's standard deviation for kernels of several shapes `(height, width, channels in, channels out)`."""

    def deviation(shape: tuple[int, ...]) -> float:
        return sqrt(2 / prod(shape[:3]))

    filters = "You counted the filters; what adds up"
    judge(answer, deviation, [((3, 3, 16, 40),), ((5, 5, 3, 8),), ((3, 1, 64, 10),)], [
        (lambda s: 2 / prod(s[:3]), "That is the variance; the standard deviation is its square root."),
        (lambda s: prod(s[:3]) ** -0.5, "That keeps the signal without ReLU; ReLU takes half of the mean square away."),
        (lambda s: 1 / prod(s[:3]), "The variance without ReLU: two things are missing. Does ** 1 / 2 lack brackets?"),
        (lambda s: sqrt(2 / s[2]), "You counted the channels of one pixel; the kernel covers several pixels."),
        (lambda s: sqrt(2 / (s[0] * s[1])), "You counted the pixels of one channel; the kernel looks at all of them."),
        (lambda s: sqrt(2 / (s[0] * s[1] * s[3])), f"{filters} in one sum are the incoming numbers."),
        (lambda s: sqrt(2 / s[3]), f"{filters} are the pixels and channels under one filter."),
        (lambda s: sqrt(2 / prod(s)), "You counted the weights of all filters; a sum uses those of one filter."),
        (lambda s: sqrt(2 / (s[0] * s[1] * (s[2] + s[3]))), "That is Glorot's start, which does not know of ReLU."),
        (lambda s: sqrt(prod(s[:3]) / 2), "Upside down: the more numbers a sum has, the smaller each weight must be."),
    ], decimals=3)  # fmt: skip
