"""Checks of lesson 6, a whole CNN: a net from its description, the loss that fits, and the pair mixed up most."""

from itertools import combinations, product
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import (
    Hint,
    NotAnswered,
    TimedOut,
    array,
    call,
    close,
    compare,
    judge,
    kind,
    register,
    shown,
)

Numbers = NDArray[Any]

_PICTURE = (26, 34, 3)
# Kernels and biases of the wanted net. No two have the same shape, so the shape tells which is which in any model.
_SHAPES = [(7, 7, 3, 6), (6,), (3, 3, 6, 12), (12,), (420, 20), (20,), (20, 4), (4,)]
_WITH_RELU = ("the first convolution", "the second convolution", "the layer of 20 units")
_ROWS = {
    12: "no position is left. Are the maps averaged, or is Flatten missing?",
    12 * 10 * 14: "one pooling is missing.",
    12 * 20 * 28: "both poolings are missing.",
    12 * 6 * 8: "the first convolution keeps height and width; the description says no padding.",
    12 * 4 * 6: "the second convolution makes the maps smaller; the description says that they keep their size.",
    12 * 3 * 5: "is there a pooling in front of the first convolution? It belongs behind it.",
}


@register("6.1", right="10,052 parameters. What you have built can be trained as it is: compile and fit come next.")
def net_from_description(answer: Any) -> None:
    """A function that builds a Keras model, judged by what the model computes with weights of our own."""
    net = answer if isinstance(answer, keras.Layer) else call(answer, given="no arguments")
    if not isinstance(net, keras.Layer):
        raise Hint(f"Your function should return a Keras model, and it returns {kind(net)}.")
    shape = getattr(net, "input_shape", None)
    if isinstance(shape, tuple) and None not in shape[1:] and shape[1:] != _PICTURE:
        raise Hint(f"Your net wants pictures of shape {shape[1:]}; these have height 26, width 34, and colour.")
    rng = np.random.default_rng(6)
    x = rng.integers(0, 2, (5, *_PICTURE)).astype(np.float32)
    call(net, x, given="5 pictures")  # a net without `Input` has its weights only now
    _check_shapes([tuple(weight.shape) for weight in net.weights])
    weights = [rng.choice([-1.0, 0, 0, 1], shape) for shape in _SHAPES]  # float32 adds small whole numbers exactly
    learned = net.get_weights()
    try:
        for weight in net.weights:
            weight.assign(weights[_SHAPES.index(tuple(weight.shape))])
        scores, in_training = (array(net(x, training=now), "What your net returns") for now in (False, True))
    finally:
        net.set_weights(learned)
    wanted = _forward(x, weights)
    compare(scores, wanted, [
        (layers.softmax(wanted), "The last layer has a softmax; the description wants scores."),
        ((1 + np.tanh(wanted / 2)) / 2, "The last layer has a sigmoid; the description wants scores."),
        (np.maximum(wanted, 0), "The last layer has a ReLU, which cuts negative scores off."),
        (_forward(x, weights, pool=layers.average_pool), "The description says max pooling, and yours takes averages."),
        *((_forward(x, weights, bare), f"All shapes are right. But no ReLU follows {' and '.join(bare)}.")
          for count in (1, 2, 3) for bare in combinations(_WITH_RELU, count)),
    ], "All shapes are right, the scores are not. Compare activations, poolings and their order.")  # fmt: skip
    if not close(in_training, scores):
        raise Hint("In use your net is right, but not in training: leave out what acts only then, such as dropout.")


def _check_shapes(shapes: list[tuple[int, ...]]) -> None:
    """Raise `Hint` unless the weights of a net have the shapes of the wanted one, in any order."""
    convolutions, dense = (sum(len(shape) == axes for shape in shapes) for axes in (4, 2))
    if (convolutions, dense) != (2, 2):
        raise Hint(f"Convolutions: {convolutions}, fully connected layers: {dense}. The description has two of each.")
    for shape in sorted(shapes, key=len, reverse=True):
        match shape if shape not in _SHAPES else ():
            case height, width, channels, filters:
                found = f"{filters} filters of {height} × {width} over {channels} channels"
                raise Hint(f"Your net has {found}. Compare that with the description.")
            case length, 20:
                told = _ROWS.get(length, "follow height and width through the layers, one by one.")
                raise Hint(f"The row in front of the fully connected layers has {length} numbers: {told}")
            case _, units:
                raise Hint(f"Your net has a fully connected layer of {units} units. Compare that with the description.")
    if len(shapes) < len(_SHAPES):
        raise Hint("A bias is missing: nothing in the description turns it off.")
    if sorted(shapes) != sorted(_SHAPES):
        raise Hint("Besides convolutions and fully connected layers, something in your net has weights. Leave it out.")


def _forward(x: Numbers, weights: list[Numbers], bare: Any = (), pool: Any = layers.max_pool) -> Numbers:
    """The net of the description in NumPy, with some of its ReLUs left out or another pooling."""
    first, second, hidden = (np.asarray if layer in bare else layers.relu for layer in _WITH_RELU)
    x = pool(first(layers.conv2d(x, *weights[:2])))
    x = pool(second(layers.conv2d(x, *weights[2:4], padding="same")))
    return layers.dense(hidden(layers.dense(layers.flatten(x), *weights[4:6])), *weights[6:])


@register("6.2", right="Integer labels and scores in, the loss out; softmax is a part of it, as in the lesson.")
def loss_for_integers(answer: Any) -> None:
    """A loss for integer labels `(n,)` and scores `(n, classes)`: an object or a function, judged by calling it."""
    if isinstance(answer, str | type):
        raise Hint("Neither a name nor a class knows what comes in: make an object, with () and what it must be told.")
    if isinstance(answer, keras.metrics.Metric | keras.Layer):
        thing = "a layer, a step of a net" if isinstance(answer, keras.Layer) else "a metric, a number for you to read"
        raise Hint(f"This is {thing}. What a net learns from is a loss.")
    if not callable(answer):
        raise Hint(f"A loss can be called with labels and scores; this is {kind(answer)}. Is there a comma too many?")
    scores, labels = np.random.default_rng(6).normal(0, 2, (7, 10)).astype(np.float32), np.array([3, 1, 4, 1, 5, 0, 2])
    given = f"labels = {shown(labels)} and scores of shape (7, 10)"
    arrays, tensors = (labels, scores), tuple(map(keras.ops.convert_to_tensor, (labels, scores)))
    taken = next((arguments for arguments in (arrays, tensors) if _takes(answer, *arguments)), None)
    if not taken and _takes(answer, np.eye(10)[labels], scores):
        raise Hint("Your loss wants each label as a row of ten numbers, one for each class; here they are integers.")
    loss = array(call(answer, *(taken or arrays), given=given), "What your loss returns")
    loss = loss.mean() if loss.shape == labels.shape else loss  # `compile` takes the mean, too
    wanted, of_shares = layers.cross_entropy(scores, labels), keras.losses.sparse_categorical_crossentropy
    compare(loss, wanted, [
        (np.mean(of_shares(labels, scores)), "It takes the scores for shares. Has it been told that scores come in?"),
        (layers.cross_entropy(layers.softmax(scores), labels), "Softmax is applied twice: by you, and by the loss."),
        (wanted * 7, "This is the sum over the batch. Return the mean, or the batch size changes the steps."),
        (-wanted, "The sign is wrong: this gets smaller as the net gets worse."),
    ], f"Given {given}, your loss returns {shown(loss)}, and {shown(wanted)} is wanted.")  # fmt: skip


def _takes(loss: Any, labels: Any, scores: Any) -> bool:
    try:
        call(loss, labels, scores, given="labels and scores")
    except TimedOut:
        raise
    except (Hint, NotAnswered):
        return False
    return True


# Pairs of label and prediction, and how often each occurs. One pair leads only when both directions are added up; the
# most frequent mistakes above and below the diagonal are others, and two classes have the most mistakes in all.
_CONFUSIONS = [
    {(0, 0): 4, (0, 1): 3, (2, 3): 2, (3, 2): 2},
    {(0, 0): 10, (1, 4): 9, (2, 3): 2, (3, 2): 2},
    {(1, 1): 50, (7, 7): 50, (1, 7): 9, (7, 1): 8, (2, 6): 12, (9, 4): 11, **dict.fromkeys(product((0, 3), (5, 8)), 9)},
]


@register("6.3", right="On the lesson's net it finds shirts and T-shirts; no single cell of the matrix says that.")
def pair_mixed_up_most(answer: Any) -> None:
    """The unordered pair of classes with the most confusions."""
    one_way = "This is the most frequent mistake in one direction. Add the two directions of each pair up."
    judge(answer, _mixed_up, [tuple(np.repeat([*c], [*c.values()], axis=0).T) for c in _CONFUSIONS], [
        (lambda y, p: _mixed_up(y, p)[::-1], "This is the pair, but the smaller class should come first."),
        (lambda y, p: 2 * [np.bincount(y[y == p]).argmax()], "That is on the diagonal, where the right answers are."),
        *((lambda y, p, part=part, order=order: order(_largest(part(_mistakes(y, p)))), one_way)
          for part in (np.asarray, np.triu, np.tril) for order in (np.asarray, np.sort)),
        (lambda y, p: _mixed_up(*np.unique([y, p], axis=1)), "Each cell counts 1, however often it occurs: with arrays "
         "as indices, += adds once. Use np.add.at, or a loop."),
        (lambda y, p: np.sort(_mistakes(y, p).sum(axis=1).argsort()[-2:]), "Often mistaken, but not for one another."),
    ])  # fmt: skip


def _mistakes(labels: Numbers, predictions: Numbers) -> Numbers:
    """The confusion matrix, `(10, 10)`, with 0 on its diagonal."""
    return np.bincount(10 * labels + predictions, labels != predictions, 100).reshape(10, 10)


def _mixed_up(labels: Numbers, predictions: Numbers) -> Numbers:
    return _largest(_mistakes(labels, predictions) + _mistakes(predictions, labels))


def _largest(table: Numbers) -> Numbers:
    return np.array(np.unravel_index(table.argmax(), table.shape))
