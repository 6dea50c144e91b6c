"""Nets that a learner builds: getting hold of one, and lending it weights of ours to see what it computes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
from numpy.typing import NDArray

from cnn_course.check.engine import Hint, call, kind

Shape = tuple[int, ...]


def built(answer: Any) -> keras.Layer:
    """The net that a learner's function builds, or the answer itself if it is one already.

    Raises:
        Hint: If it is no net, or calling the function goes wrong.
    """
    net = answer if isinstance(answer, keras.Layer) else call(answer, given="no arguments")
    if isinstance(net, list | tuple):
        raise Hint(f"Your function returns a {type(net).__name__} of layers; keras.Sequential makes a model of it.")
    if not isinstance(net, keras.Layer):
        raise Hint(f"Your function should return a Keras model, and it returns {kind(net)}.")
    return net


def fixed_shape(net: keras.Layer) -> Shape | None:
    """Shape of one example that a net insists on, without the batch axis; None if it takes several or does not say."""
    shape = getattr(net, "input_shape", None)
    return tuple(shape[1:]) if isinstance(shape, tuple) and None not in shape[1:] else None


@contextmanager
def lent_weights(net: keras.Layer, ours: Callable[[Shape], NDArray[Any]]) -> Iterator[None]:
    """Give a net the weights that `ours` has for their shapes, and its own back at the end."""
    learned = net.get_weights()
    try:
        for weight in net.weights:
            weight.assign(ours(tuple(weight.shape)))
        yield
    finally:
        net.set_weights(learned)
