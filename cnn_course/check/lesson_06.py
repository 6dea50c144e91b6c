"""Checks of lesson 06, a whole CNN."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_course import layers
from cnn_course.check.engine import Hint, array, call, number, register

Floats = NDArray[np.float64]

# --- 6.1 -------------------------------------------------------------------------------------------------

_PICTURE = (26, 34, 3)
_CLASSES = 4
# The weights of the wanted net, layer by layer: kernel and bias, kernel and bias ...
_SHAPES = [(7, 7, 3, 6), (6,), (3, 3, 6, 12), (12,), (420, 20), (20,), (20, 4), (4,)]


@register("6.1", right="10,052 parameters. What you have built can be trained as it is: compile and fit come next.")
def net_from_description(answer: Any) -> None:
    """Exercise 6.1 wants a function that builds a Keras model; the model is judged by what it computes."""
    model = answer if hasattr(answer, "get_weights") else call(answer, given="nothing")
    if not callable(getattr(model, "get_weights", None)):
        raise Hint(f"Your function should return a Keras model, and it returned a {type(model).__name__}.")
    _check_input(model)
    learned = model.get_weights()
    _check_shapes([one.shape for one in learned])
    random = np.random.default_rng(6)
    x = random.uniform(size=(5, *_PICTURE))
    # Weights of our own, biases too: with those of a new net a forgotten ReLU may by chance change nothing.
    weights = [random.normal(0, np.prod(shape[:-1]) ** -0.5, shape) for shape in _SHAPES]
    try:
        model.set_weights(weights)
        scores = array(model(x.astype(np.float32)), (5, _CLASSES), "Given 5 pictures, what your net returns")
    finally:
        model.set_weights(learned)
    _check_scores(scores, x, weights)


def _check_input(model: Any) -> None:
    shape = tuple(getattr(model, "input_shape", None) or ())
    if not shape:
        raise Hint("Your net does not know yet what goes in: begin with keras.Input and the shape of one picture.")
    mistakes: dict[tuple[int | None, ...], str] = {
        (None, 34, 26, 3): "Height comes first, then width: the pictures are 26 high and 34 wide.",
        (None, 26, 34, 1): "The pictures are in colour: how many numbers has a pixel?",
        (None, 26, 34): "The axis of the colours is missing from the shape of a picture.",
        (None, 3, 26, 34): "In Keras the colours come last.",
        (None, 28, 28, 1): "That is the shape of the clothes. Here the pictures are 26 high, 34 wide, and in colour.",
    }
    if shape != (None, *_PICTURE):
        raise Hint(mistakes.get(shape, f"Your net wants pictures of shape {shape[1:]}. What shape has one here?"))


def _check_shapes(shapes: list[tuple[int, ...]]) -> None:
    if len(shapes) != len(_SHAPES):
        _explain_count(shapes)
    for place, (shape, wanted) in enumerate(zip(shapes, _SHAPES, strict=True)):
        if shape != wanted:
            _explain_shape(place, shape)


def _explain_count(shapes: list[tuple[int, ...]]) -> None:
    """Raise `Hint`: there are too few or too many arrays of weights."""
    convolutions = sum(len(shape) == 4 for shape in shapes)
    dense = sum(len(shape) == 2 for shape in shapes)
    vectors = len(shapes) - convolutions - dense
    if convolutions != 2:
        raise Hint(f"The description has two convolutions, and your net has {convolutions}.")
    if dense != 2:
        raise Hint(f"The description has two fully connected layers, and your net has {dense}.")
    if vectors < 4:
        raise Hint("A bias is missing: nothing in the description turns it off.")
    raise Hint("Besides convolutions and fully connected layers, something in your net has weights. Leave it out.")


def _explain_shape(place: int, shape: tuple[int, ...]) -> None:
    """Raise `Hint`: the first array of weights that differs is the one at this place."""
    layer = ("first convolution", "second convolution", "first fully connected layer", "last layer")[place // 2]
    if place == 2 and len(shape) == 4 and shape[-1] == 12 and shape[:2] == (7, 7):
        raise Hint("The kernels of the second convolution are 7 × 7, as in the first. Read its line again.")
    if len(shape) == 4:
        raise Hint(
            f"The {layer} has {shape[3]} filters of {shape[0]} × {shape[1]} over {shape[2]} channels. Compare that "
            "with its line in the description."
        )
    if place == 4 and len(shape) == 2 and shape[1] == 20:
        raise Hint(_explain_row(shape[0]))
    raise Hint(f"The {layer} has {shape[-1]} outputs. Compare that with its line in the description.")


def _explain_row(length: int) -> str:
    """Say from the length of the flattened row what happened before it."""
    rows = {
        12: "no position is left. Are the maps averaged, or is Flatten missing?",
        12 * 10 * 14: "the second pooling is missing.",
        12 * 20 * 28: "both poolings are missing.",
        12 * 6 * 8: "the first convolution keeps height and width; the description says no padding.",
        12 * 4 * 6: "the second convolution makes the maps smaller; the description says that they keep their size.",
        12 * 3 * 5: "is there a pooling in front of the first convolution? It belongs behind it.",
    }
    told = rows.get(length, "follow height and width through the layers, one by one.")
    return f"The row in front of the fully connected layers has {length} numbers: {told}"


def _check_scores(scores: Floats, x: Floats, weights: list[Floats]) -> None:
    """Raise `Hint` unless the net computes what the description says; name what it computes instead."""
    wanted = _forward(x, weights)
    if np.allclose(scores, wanted, rtol=1e-3, atol=1e-4):
        return
    mistakes = {
        "the last layer has a softmax; the description wants scores": layers.softmax(wanted),
        "the last layer has a ReLU, which cuts negative scores off": np.maximum(wanted, 0),
        "the last layer has a sigmoid; the description wants scores": 1 / (1 + np.exp(-wanted)),
        "the first convolution has no ReLU": _forward(x, weights, relu=(False, True, True)),
        "the second convolution has no ReLU": _forward(x, weights, relu=(True, False, True)),
        "neither convolution has a ReLU": _forward(x, weights, relu=(False, False, True)),
        "the fully connected layer of 20 units has no ReLU": _forward(x, weights, relu=(True, True, False)),
        "no layer has a ReLU": _forward(x, weights, relu=(False, False, False)),
        "average pooling stands where the description says max pooling": _forward(x, weights, pool=layers.average_pool),
    }
    for mistake, then in mistakes.items():
        if np.allclose(scores, then, rtol=1e-3, atol=1e-4):
            raise Hint(f"All shapes are right. But {mistake}.")
    raise Hint(
        "All shapes are right, but the scores are not those of the description. Is the order convolution, ReLU, "
        "pooling, and is every activation a ReLU?"
    )


def _forward(
    x: NDArray[Any],
    weights: list[Floats],
    relu: tuple[bool, bool, bool] = (True, True, True),
    pool: Any = layers.max_pool,
) -> Floats:
    """The net of the description in NumPy, with some of its ReLUs left out or another pooling."""
    kernel1, bias1, kernel2, bias2, *head = weights
    for kernel, bias, padding, active in (
        (kernel1, bias1, "valid", relu[0]),
        (kernel2, bias2, "same", relu[1]),
    ):
        x = layers.conv2d(x, kernel, bias, padding=padding)
        x = pool(np.maximum(x, 0) if active else x)
    hidden = layers.dense(layers.flatten(x), head[0], head[1])
    return np.asarray(layers.dense(np.maximum(hidden, 0) if relu[2] else hidden, head[2], head[3]), dtype=np.float64)


# --- 6.2 -------------------------------------------------------------------------------------------------


@register("6.2", right="Integer labels and scores in, one number out; softmax is part of the loss, as in the lesson.")
def loss_for_integers(answer: Any) -> None:
    """Exercise 6.2 wants a loss for integer labels `(n,)` and scores `(n, classes)`, by object, function or name."""
    random = np.random.default_rng(6)
    scores = random.normal(0, 3, (7, 10)).astype(np.float32)
    labels = np.array([3, 1, 4, 1, 5, 9, 2])
    value = _loss_of(answer, labels, scores)
    wanted = layers.cross_entropy(scores, labels)
    if value.size == labels.size and np.isclose(value.mean(), wanted, rtol=1e-3):
        return  # a function of keras.losses: one loss a picture, which `compile` averages
    loss = number(value, "What your loss returns")
    if np.isclose(loss, wanted, rtol=1e-3):
        return
    if np.isclose(loss, wanted * len(labels), rtol=1e-3):
        raise Hint("This is the sum over the batch. `compile` wants the mean, or the batch size changes the steps.")
    if np.isclose(loss, layers.cross_entropy(layers.softmax(scores), labels), rtol=1e-3):
        raise Hint("Softmax is applied twice: once by you, once by the loss.")
    raise Hint(
        "It runs, but the number is not the cross-entropy of these labels and scores. Has the loss been told that "
        "scores come in, and not shares?"
    )


def _loss_of(answer: Any, labels: NDArray[Any], scores: NDArray[Any]) -> NDArray[Any]:
    """What the loss gives, or `Hint` if it is none or cannot take integers."""
    if isinstance(answer, str):
        raise Hint(
            f"{answer!r} is a name, and a loss given by name expects shares. Give an object of keras.losses, which can "
            "be told what comes in."
        )
    if isinstance(answer, type):
        raise Hint(f"{answer.__name__} is the class. Make an object of it, with () and what it has to be told.")
    name = str(getattr(answer, "name", "")).lower()
    if "entropy" in name and not name.startswith("sparse"):
        raise Hint(f"{name} wants labels as rows (one number a class), and the labels here are integers.")
    if "error" in name:
        raise Hint(f"{name} compares numbers. A label is not a quantity: class 9 is not three times class 3.")
    return np.asarray(call(answer, labels, scores, given="7 labels and scores of shape (7, 10)"))


# --- 6.3 -------------------------------------------------------------------------------------------------


@register("6.3", right="On the lesson's net it finds shirts and T-shirts; no single cell of the matrix says that.")
def pair_mixed_up_most(answer: Any) -> None:
    """Exercise 6.3 wants the unordered pair of classes with the most confusions."""
    for labels, predictions in _confusions():
        given = f"{len(labels)} labels and predictions"
        result = call(answer, labels, predictions, given=given)
        if not isinstance(result, tuple | list | np.ndarray) or np.size(result) != 2:
            raise Hint("Return two classes: `return smaller, larger`.")
        pair = tuple(int(number(one, "Each class of the pair")) for one in result)
        _check_pair(pair, labels, predictions, given)


def _check_pair(pair: tuple[int, ...], labels: NDArray[Any], predictions: NDArray[Any], given: str) -> None:
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    off = table - np.diag(np.diag(table))
    wanted = _largest(np.triu(off + off.T))
    if pair == wanted:
        return
    frequent = tuple(int(one) for one in np.sort(np.argsort(off.sum(axis=1))[-2:]))
    mistakes = {
        wanted[::-1]: "this is the pair, but the smaller class should come first.",
        _largest(table): "this is the largest number of the whole table, on its diagonal. Those are right answers.",
        _largest(off): "this is the most frequent mistake in one direction. Add the two directions of each pair up.",
        tuple(sorted(_largest(off))): (
            "this is the most frequent mistake in one direction. Add the two directions of each pair up."
        ),
        frequent: "these two classes are mistaken most often, but not for one another.",
    }
    raise Hint(f"Given {given}, your answer is {pair}: " + mistakes.get(pair, "another pair is mixed up more often."))


def _largest(table: NDArray[Any]) -> tuple[int, int]:
    row, column = np.unravel_index(table.argmax(), table.shape)
    return int(row), int(column)


def _confusions() -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Labels and predictions in which one-way, two-way and per-class counts point at different classes."""
    random = np.random.default_rng(63)
    batches = []
    for _ in range(3):
        one, other, source, sink, *unsure = random.permutation(10)[:6]
        table = random.integers(0, 4, (10, 10))
        table[unsure] = 8  # the most mistakes in all, shared among the other classes
        np.fill_diagonal(table, random.integers(60, 90, 10))
        table[one, other], table[other, one] = 17, 16  # together the most
        table[source, sink], table[sink, source] = 22, 3  # the largest in one direction
        labels, predictions = (np.repeat(axis.ravel(), table.ravel()) for axis in np.indices((10, 10)))
        order = random.permutation(labels.size)
        batches.append((labels[order], predictions[order]))
    return batches
