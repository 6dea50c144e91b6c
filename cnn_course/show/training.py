"""Pictures of a training and of its result."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from cnn_course.show.labels import counted, label_lines
from cnn_course.show.planes import cells
from cnn_course.show.style import CHARACTER, COLOURS, WIDTH, Figure, empty

Record = Mapping[str, Sequence[float]]

_SHARES = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", "#9CC4E0", "#0072B2", "#00304F"])


def learning_curves(history: Any) -> Figure:
    """Draw what `fit` recorded: one panel for each metric, training dashed, validation solid, labels at the lines.

    Args:
        history: What `model.fit` returned, or its `.history` dictionary; or a dictionary of several of them by name.

    Returns:
        The figure; its description holds the values after the last epoch.

    Raises:
        TypeError: If it is none of these, or holds no epoch.
    """
    runs = _runs(history)
    first = next(iter(runs.values()))
    metrics = sorted((name for name in first if not name.startswith("val_")), key=lambda name: (name == "loss", name))
    epochs = max(len(run[metrics[0]]) for run in runs.values())
    description = f"Learning curves over {counted(epochs, 'epoch')}: " + "; ".join(
        (f"{name}: " if name else "") + ", ".join(_ending(run, metric) for metric in metrics)
        for name, run in runs.items()
    )
    figure = empty(0.4 + 2.0 * len(metrics), description=description + ".")
    panels = figure.subplots(len(metrics), squeeze=False, sharex=True)[:, 0]
    for panel, metric in zip(panels, metrics, strict=True):
        for place, (name, run) in enumerate(runs.items()):
            _draw_curves(panel, run, metric, name, place)
        panel.set_title(_words(metric))
        panel.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(4))
    dashes = len(runs) > 1 and f"val_{metrics[0]}" in first
    panels[-1].set_xlabel("epoch (dashed: training, solid: validation)" if dashes else "epoch")
    for panel in panels:
        label_lines(panel)
    return figure


def _runs(history: Any) -> dict[str, Record]:
    """The records by name; the name of a single one is empty."""
    record: Any = getattr(history, "history", history)
    if not isinstance(record, Mapping) or not record:
        raise TypeError("Give what model.fit returned after one epoch or more, or a dictionary of several by name.")
    runs: dict[str, Any] = {str(name): getattr(run, "history", run) for name, run in record.items()}
    return runs if all(isinstance(run, Mapping) for run in runs.values()) else {"": record}


def _ending(run: Record, metric: str) -> str:
    text = f"{_words(metric)} ends at {run[metric][-1]:.2f}"
    validation = run.get(f"val_{metric}")
    return text if validation is None else f"{text} in training and {validation[-1]:.2f} in validation"


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def _draw_curves(axes: Axes, run: Record, metric: str, name: str, place: int) -> None:
    """Draw one run's training and validation curves; of several runs only one of the two is labelled."""
    validation = run.get(f"val_{metric}")
    colour = COLOURS[place % len(COLOURS)]
    label = "_" if name and validation else name or "training"
    style: dict[str, Any] = {"marker": "osD^v"[place % 5] if len(run[metric]) <= 30 else ""}
    epochs = range(1, len(run[metric]) + 1)
    axes.plot(epochs, run[metric], "--", color=colour if name else COLOURS[1], label=label, **style)
    if validation:
        axes.plot(epochs, validation, "-", color=colour, label=name or "validation", **style)


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Draw how often each class (row) was taken for each class (column); a cell left empty means never.

    Args:
        labels: True classes, integers `(n,)`.
        predictions: Predicted classes, integers `(n,)`.
        class_names: Name of class 0, 1, and so on.

    Returns:
        The figure; a darker cell is a larger share of its row. Its description names the most frequent mistake.

    Raises:
        ValueError: If the two differ in length, or hold something else than class numbers.
    """
    classes = len(class_names)
    truth, guess = _checked(labels, "labels", classes), _checked(predictions, "predictions", classes)
    if truth.size != guess.size:
        raise ValueError(f"There are {truth.size} labels but {guess.size} predictions; give one of each per picture.")
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (truth, guess), 1)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    margin = CHARACTER * max(len(name) for name in class_names)
    cell = min((WIDTH - margin) / classes, 0.6)
    figure = empty(0.8 * cell * classes + margin + 0.4, description=_in_words(counts, class_names))
    panel = figure.subplots()
    texts = np.where(counts > 0, counts.astype(str), "")
    # The square root brings out rare mistakes; without it only the diagonal would show.
    cells(panel, share, texts, cmap=_SHARES, norm=PowerNorm(0.5, 0, 1), aspect="auto")
    panel.set_xticks(range(classes), class_names, rotation=90, parse_math=False)
    panel.set_yticks(range(classes), class_names, parse_math=False)
    panel.set(xlabel="predicted", ylabel="true")
    panel.tick_params(length=0)
    return figure


def _checked(values: ArrayLike, what: str, classes: int) -> NDArray[np.int64]:
    """The values as an array, if they are class numbers."""
    array = np.asarray(values)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer) or not np.isin(array, range(classes)).all():
        raise ValueError(
            f"The {what} are class numbers, integers (n,) from 0 to {classes - 1}, and these are {array.dtype} "
            f"{array.shape}. Of scores (n, classes), give .argmax(axis=1)."
        )
    return array


def _in_words(counts: NDArray[np.int_], names: Sequence[str]) -> str:
    right, total = int(np.trace(counts)), int(counts.sum())
    text = f"Confusion matrix of {counted(total, 'picture')} in {counted(len(names), 'class')}: {right:,} right."
    mistakes = counts - np.diag(np.diag(counts))
    if not mistakes.any():
        return text + " No mistakes."
    true, taken = divmod(int(mistakes.argmax()), len(names))
    times = counted(int(mistakes[true, taken]), "time")
    return f"{text} Most frequent mistake: {names[true]} taken for {names[taken]}, {times}."
