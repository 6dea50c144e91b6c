"""Draw the picture at the top of the README: one piece of clothing on its way through a small trained net.

    .venv/bin/python -m tools.provenance.overview

Everything in it is computed: a net is trained on the bundled pictures, and shown one that it has not seen.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import cnn_course as course
from cnn_course.show.planes import signed_image
from cnn_course.show.style import COLOURS, empty
from tools.lessons import ROOT

FILE = ROOT / "overview.png"
Array = NDArray[Any]
PICTURE = 0  # the first test picture, an ankle boot


def main() -> None:
    """Train a small net, follow one picture through it, and write the drawing."""
    run = course.start(epochs=(4, 4))
    import keras

    clothes = course.data.fashion_mnist(test=10_000)
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    net.fit(clothes.x_train[..., None] / 255, clothes.y_train, epochs=run.epochs, verbose=run.verbose)

    picture = clothes.x_test[PICTURE] / 255
    stages = keras.Model(net.inputs[0], [net.layers[0].output, net.layers[3].output, net.outputs[0]])
    first, second, scores = (np.asarray(stage)[0] for stage in stages(picture[None, ..., None]))
    print("scores:", dict(zip(clothes.class_names, scores.round(3).tolist(), strict=True)))
    draw(picture, first, second[..., :8], dict(zip(clothes.class_names, scores, strict=True)))


def draw(picture: Array, first: Array, second: Array, scores: dict[str, float]) -> None:
    """Write the drawing: picture `(28, 28)`, maps `(28, 28, 8)` and `(7, 7, 8)`, score by class name."""
    figure = empty(2.9, description="from pixels to a name", width=9.0, layout="none")
    titles = {0.11: "28 × 28 numbers", 0.37: "8 patterns,\nlooked for everywhere", 0.645: "patterns of patterns"}
    for x, title in titles.items():
        figure.text(x, 0.95, title, ha="center", va="top", weight="bold", fontsize=11)
    figure.text(0.895, 0.95, "one name", ha="center", va="top", weight="bold", fontsize=11)
    panel = figure.add_axes((0.01, 0.08, 0.2, 0.66))
    panel.imshow(picture, cmap="gray")
    panel.axis("off")
    for left, maps in ((0.245, first), (0.52, second)):
        for place in range(8):
            row, column = divmod(place, 4)
            panel = figure.add_axes((left + 0.064 * column, 0.42 - 0.31 * row, 0.06, 0.3))
            limit = maps[..., place].max()
            signed_image(panel, maps[..., place], limit)
    for x in (0.228, 0.508, 0.785):
        figure.text(x, 0.41, "→", ha="center", va="center", fontsize=18)
    panel = figure.add_axes((0.895, 0.06, 0.1, 0.72))
    panel.barh(list(scores), list(scores.values()), color=COLOURS[1])
    panel.invert_yaxis()
    panel.set(xticks=[], xlim=(0, 1))
    panel.spines["bottom"].set_visible(False)
    panel.tick_params(length=0, labelsize=9.5)
    figure.savefig(FILE)


if __name__ == "__main__":
    main()
