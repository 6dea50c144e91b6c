"""Checks of lesson 3: the one kernel of a linear stack, ReLU forward and backward, and the start for it."""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, number, register

Floats = NDArray[np.float64]
Function = Callable[..., object]

_SIDES = ([3, 3, 3], [7, 3], [1, 7, 3, 3], [5], [2, 9, 4])


@register("3.1", right="Depth without a bend widens the view, and does nothing else.")
def check_one_kernel(one_kernel: Function) -> None:
    """Compare the side of the one kernel for stacks of several lengths and sides."""
    for sides in _SIDES:
        side = number(call(one_kernel, list(sides), given=f"the sides {sides}"), "The side")
        right = 1 + sum(sides) - len(sides)
        if side == right:
            continue
        for value, mistake in _wrong_sides(sides):
            if side == value:
                raise Hint(f"For {sides} you get {side:g}. {mistake}")
        raise Hint(f"For {sides} you get {side:g}. Draw the stack {sides[:2]} in one dimension and count the pixels.")


def _wrong_sides(sides: list[int]) -> list[tuple[float, str]]:
    return [
        (prod(sides), "You multiplied the sides; but neighbouring windows overlap, so the view grows by adding."),
        (sum(sides), "You added the sides; but the second window starts on a pixel that the first one sees as well."),
        (max(sides), "That is the largest kernel alone; but the layers before it see pixels that it does not."),
        (sum(sides) - len(sides), "You are one short: before the first kernel you already see one pixel."),
        (sum(sides) - 1, "You took the overlap off once; it happens again at each further layer."),
        (2 * len(sides) + 1, "Every layer added 2 pixels: that is so for kernels of side 3, and here others occur."),
    ]


@register("3.2", right="This is what course.layers.relu and relu_backward compute from here on.")
def check_relu(relu: Function, relu_backward: Function) -> None:
    """Check ReLU on random numbers with zeros among them, then the error signal it hands back."""
    rng = np.random.default_rng()
    x = rng.normal(0, 2, (4, 5, 3))
    x[0, 0] = (0.0, 3.5, -3.5)  # a zero, a value above 1 and its negative are always there
    dy = rng.normal(0, 2, x.shape)
    dy[0, 0] = (1.5, -0.5, 0.5)
    _check_forward(relu, x)
    _check_backward(relu_backward, dy, x)


def _check_forward(relu: Function, x: Floats) -> None:
    given = x.copy()
    y = _explained(lambda: call(lambda: relu(given), given="an array with 4 × 5 × 3 numbers"))
    if not np.array_equal(given, x):
        raise Hint("relu changed the array it was given: the layer before still needs it. Make a new array instead.")
    if np.shape(y) == x.shape[1:]:
        raise Hint("relu lost an axis: np.max looks for one maximum along an axis; you want one comparison a number.")
    if np.shape(y) == (np.count_nonzero(x > 0),):
        raise Hint("relu dropped the negative numbers; they should stay in their places, as zeros.")
    _compare("relu", y, np.maximum(x, 0), [
        (x, "relu returned the numbers as they came: the negative ones should become 0."),
        (np.abs(x), "relu turned the negative numbers positive: that is abs. They should become 0."),
        (np.clip(x, 0, 1), "relu cuts off at 1; it has no upper limit."),
        (np.minimum(x, 0), "relu kept the negative numbers and dropped the positive ones: the wrong way round."),
        (x > 0, "relu answers 0 or 1, which is its slope; a positive number should come out as it went in."),
        (1 / (1 + np.exp(-x)), "That is the sigmoid; relu has no exponential in it."),
    ])  # fmt: skip


def _check_backward(relu_backward: Function, dy: Floats, x: Floats) -> None:
    kept, given = dy.copy(), x.copy()
    dx = _explained(lambda: call(lambda: relu_backward(kept, given), given="dy and x with 4 × 5 × 3 numbers each"))
    if not (np.array_equal(kept, dy) and np.array_equal(given, x)):
        raise Hint("relu_backward changed an array it was given. Make a new array instead.")
    on = x > 0
    _compare("relu_backward", dx, dy * on, [
        (dy * (x >= 0), "One thing is left: where x is exactly 0 the course takes the slope 0, and you pass dy on."),
        (on, "relu_backward returns the slope alone; the error signal dy that arrives must be multiplied by it."),
        (dy * np.maximum(x, 0), "You multiply dy by the value of relu; what counts is its slope, which is 0 or 1."),
        (np.maximum(dy, 0), "You applied relu to dy. Whether a number passes depends on x; dy may be negative."),
        (np.maximum(dy, 0) * on, "You also drop the negative numbers of dy. Only x decides what passes."),
        (dy * (x < 0), "You let dy pass where x is negative: there relu is flat, so nothing should pass."),
        (dy * np.sign(x), "Where x is negative you hand back -dy: that is the slope of abs. relu is flat there."),
        (x * (dy > 0), "dy and x have changed places: dy is what passes, and x decides where."),
        (dy, "You pass all of dy on; but where x is negative relu is flat, and its slope is 0."),
    ])  # fmt: skip


def _explained(answer: Callable[[], object]) -> Any:
    """Run a call, and say in plain words what NumPy means by an ambiguous truth value."""
    try:
        return answer()
    except Hint as hint:
        if "ambiguous" not in str(hint):
            raise
        message = "Python's own max and if compare one number with another, not arrays. NumPy has functions that do."
        raise Hint(message) from hint


def _compare(name: str, answer: object, right: Floats, mistakes: list[tuple[NDArray[Any], str]]) -> None:
    """Raise the hint of the mistake that was made, if the answer is not right."""
    values = array(answer, right.shape, f"What {name} returns")
    if np.allclose(values, right):
        return
    for value, mistake in mistakes:
        if np.allclose(values, value):
            raise Hint(mistake)
    place = tuple(int(index) for index in np.argwhere(~np.isclose(values, right))[0])
    raise Hint(f"{name} is wrong in {np.mean(~np.isclose(values, right)):.0%} of the places, such as {place}.")


_SHAPES = ((3, 3, 16, 40), (5, 5, 3, 8), (3, 1, 64, 10))


@register("3.3", right='Keras calls this start "he_normal"; kernel_initializer="he_normal" asks for it.')
def check_start(start: Function) -> None:
    """Compare the standard deviation of the weights for kernels of several shapes."""
    for shape in _SHAPES:
        deviation = number(call(start, shape, given=f"the kernel shape {shape}"), "The standard deviation")
        fan_in = prod(shape[:3])
        if np.isclose(deviation, sqrt(2 / fan_in), rtol=0.01):
            continue
        for value, mistake in _wrong_starts(shape):
            if np.isclose(deviation, value, rtol=0.01):
                raise Hint(f"For {shape} you get {deviation:.3g}. {mistake}")
        raise Hint(f"For {shape} you get {deviation:.3g}. How many products does one weighted sum add up there?")


def _wrong_starts(shape: tuple[int, ...]) -> list[tuple[float, str]]:
    height, width, c_in, c_out = shape
    area, fan_in = height * width, height * width * c_in
    return [
        (2 / fan_in, "That is the variance; the standard deviation is its square root."),
        (sqrt(1 / fan_in), "That keeps the signal without ReLU; ReLU takes half of the mean square away."),
        (1 / fan_in, "That is the variance, and one without ReLU: two things are missing."),
        (sqrt(2 / c_in), "You counted the channels of one pixel; the kernel covers several pixels."),
        (sqrt(2 / area), "You counted the pixels of one channel; the kernel looks at all incoming channels."),
        (sqrt(2 / (area * c_out)), "You counted the filters; what adds up in one sum are the incoming numbers."),
        (sqrt(2 / c_out), "You counted the filters; what adds up are the pixels and channels under one filter."),
        (sqrt(2 / prod(shape)), "You counted the weights of all filters; a weighted sum uses those of one filter."),
        (sqrt(2 / (fan_in + area * c_out)), "That is Glorot's start, a compromise that does not know of ReLU."),
        (sqrt(fan_in / 2), "Turned upside down: the more numbers a sum adds up, the smaller each weight must be."),
    ]
