"""Checks of lesson 3: the one kernel of a linear stack, a corner detector with one bend, and a sigmoid repaired."""

from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, array, call, compare, judge, kind, register, shown, stumbling

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


@register("3.2", right="One bend does what no single kernel can, whatever its size: an answer to both kinds of corner.")
def corner_net(answer: Any) -> None:
    """A net that answers 1 to the eight walls with a corner, and 0 to the six without one."""
    net = call(answer, given="no arguments") if callable(answer) and not hasattr(answer, "layers") else answer
    if not callable(net):
        raise Hint(f"corner_net should return a net, and it returned {kind(net)}.")
    bright = np.array([wall for wall in product((0, 1), repeat=4) if wall not in _DIAGONALS])
    walls = bright.reshape(-1, 2, 2, 1).astype(np.float32)
    scores = array(call(net, walls, given=f"{len(walls)} walls of 2 × 2 pixels"), "What the net answers")
    if scores.size != len(walls):
        raise Hint(
            f"Given walls of shape {walls.shape}, the net answers with shape {scores.shape}; one number for each wall "
            "is wanted, such as (14, 1, 1, 1)."
        )
    scores = scores.reshape(-1).astype(np.float64)
    wanted = bright.sum(axis=1) % 2.0  # one or three bright pixels of four: a corner
    if np.abs(scores - wanted).max() <= 0.1:
        return
    wrong = int(np.argmax(np.abs(scores - wanted) > 0.1))
    saddle, upright, level = (bright @ weights for weights in ((1, -1, -1, 1), (-1, 1, -1, 1), (-1, -1, 1, 1)))
    mistakes = [
        (0 * wanted, "It answers 0 to every wall. Does a ReLU stand between the two layers, do both halves count, and "
         "is no bias negative?"),
        (np.abs(upright), "It finds upright edges of either sign; but an edge is no corner."),
        (np.abs(level), "It finds level edges of either sign; but an edge is no corner."),
        (2 * wanted, "Every corner gets 2, and 1 is wanted: the rest is right."),
        (wanted / 2, "Every corner gets ½, and 1 is wanted: the rest is right."),
        (wanted - 1, "Every answer is 1 too small: look at the biases."),
        (wanted + 1, "Every answer is 1 too large: look at the biases."),
        (1 - wanted, "The wrong way round: it answers 1 where there is no corner."),
        (-wanted, "Every corner gets −1: what the ReLUs kept is subtracted and not added."),
        (bright.sum(axis=1), "It counts the bright pixels; an edge has two of them, and a corner one or three."),
    ]
    for one in (saddle, -saddle):  # either half of the corners may be the one that is found
        kept = np.maximum(one, 0)
        mistakes += [
            (one, "Half of the corners get −1: either no ReLU stands between the layers, or the second layer subtracts "
             "one map instead of adding it."),
            (kept, "Half of the corners get 0: the filter for the other half is missing, or adds nothing."),
            (2 * kept, "Half of the corners get 2, the others 0: are the signs of both filters the same?"),
        ]
    wall, score, right = shown(bright[wrong].reshape(2, 2)), shown(float(scores[wrong])), shown(float(wanted[wrong]))
    otherwise = f"Given the wall {wall}, the net answers {score}, and {right} is wanted."
    compare(scores, wanted, mistakes, otherwise)


_DIAGONALS = ((1, 0, 0, 1), (0, 1, 1, 0))


@register("3.3", right="The next cells give it to a net, as a function that Keras applies to each weighted sum.")
def repaired(answer: Any) -> None:
    """The sigmoid shifted and stretched, on numbers, and as the activation function of a Keras layer."""

    def sigmoid(x: Floats) -> Floats:
        result: Floats = 1 / (1 + np.exp(-x))
        return result

    def reference(x: Floats) -> Floats:
        return 4 * (sigmoid(x) - 0.5)

    few = np.array([-2.0, -0.5, 0.0, 1.0, 4.0], dtype=np.float32)
    many = np.random.default_rng(3).normal(0, 3, (4, 5, 3)).astype(np.float32)
    numbers = "Here x is an array or a tensor, and functions of math take single numbers: use those of keras.ops."
    judge(stumbling(answer, "converted to Python scalars", numbers), reference, [(few,), (many,)], [
        (sigmoid, "That is the sigmoid as it was: it gives 0.5 for 0, and its slope there is 1/4."),
        (lambda x: sigmoid(x) - 0.5, "It is centred, but at 0 its slope is still 1/4."),
        (lambda x: 4 * sigmoid(x), "Its slope at 0 is 1, but for 0 it gives 2."),
        (lambda x: 4 * sigmoid(x) - 0.5, "For 0 it gives 1.5: shift first, stretch afterwards. Are brackets missing?"),
        (lambda x: 4 * (sigmoid(x) + 0.5), "For 0 it gives 4: you added the half, and the curve moved up."),
        (lambda x: 4 * sigmoid(x) + 0.5, "For 0 it gives 2.5: you added the half, and the curve moved up."),
        (lambda x: 4 * sigmoid(x) - 1, "For 0 it gives 1: after the stretch there is more to subtract."),
        (lambda x: 2 * sigmoid(x) - 1, "It goes from −1 to 1 and is centred, but its slope at 0 is 1/2."),
        (lambda x: (sigmoid(x) - 0.5) / 4, "You made it flatter: divided by 4, the slope at 0 is 1/16."),
        (lambda x: 4 * (0.5 - sigmoid(x)), "It falls where it should rise: the difference is the wrong way round."),
        (np.tanh, "That is tanh: centred, slope 1, but also narrower. Change only what comes out of the sigmoid."),
        (lambda x: sigmoid(4 * x) - 0.5, "You multiplied what goes in; here only what comes out is stretched."),
        (lambda x: 4 * sigmoid(x - 0.5), "You shifted what goes in; the half is subtracted from what comes out."),
        (lambda x: np.maximum(x, 0), "That is ReLU; here a sigmoid is to be repaired."),
        (lambda x: x, "It hands on what came in, without any bend: then all layers are one."),
    ])  # fmt: skip
    import keras  # takes seconds, and only this check needs it
    import tensorflow as tf

    net = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3, activation=answer)])
    try:
        tf.function(net)(tf.ones((1, 4, 4, 1)))  # as `fit` does: traced, not executed line by line
    except Exception:
        raise Hint(
            "Its numbers are right, but Keras cannot use it in a layer. There x is a tensor, and functions of NumPy or "
            "math do not take one; keras.ops has functions that do."
        ) from None
