"""Checks of lesson 1: from a file to the net's input, how alike two batches are, and repairing a spoilt batch."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnn_course.check.engine import Hint, array, call, compare, described, judge, register
from cnn_course.data import spoil


@register("1.1", right="You now have what most programs that use a net begin with.")
def from_file(answer: Any) -> None:
    """Have a file with a random grey picture opened, not stretched to the full range; judge shape, values, dtype."""
    x = np.random.default_rng(12).integers(20, 220, (28, 28), dtype=np.uint8)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        Image.fromarray(x).save(path)
        result = call(answer, str(path), given="the path of a grey file of 28 × 28 pixels")
        values = array(result, "Given the path of a grey file, what your function returns")
    compare(np.array(values.shape), (1, 28, 28, 1), [
        ((28, 28), "There are only two axes: the batch axis and the channel axis are missing."),
        ((28, 28, 1), "The batch axis is missing: the net would take this for 28 pictures."),
        ((28, 28, 3), "Two things: there is no batch axis, and there are three channels where the net has one."),
        ((1, 28, 28, 3), "The net has one channel. load_img makes every file a colour picture, without a color_mode."),
        ((1, 28, 28, 4), "One channel is wanted: the picture is grey."),
        ((1, 28, 28), "The channel axis is missing at the end. (Keras may add it; do not count on it.)"),
        ((1, 1, 28, 28), "Both new axes stand in front; the channels belong at the end."),
        ((28, 28, 1, 1), "Both axes of length 1 stand at the end; the batch belongs in front."),
        ((1, 28, 28, 1, 1), "There is one axis too many at the end: img_to_array has already made the channel axis."),
        ((28, 1, 28, 1), "One new axis has landed between height and width."),
        ((1, 1, 28, 28, 1), "There is one axis too many in front."),
        ((1, 784), "You have put all pixels in one row; the net wants height and width as axes of their own."),
    ], f"The shape is {values.shape}; wanted: 1 picture, height 28, width 28, 1 channel, in this order.")  # fmt: skip
    compare(values[0, :, :, 0], x / 255, [
        (x, "The shape is right; but the values still go up to 255. The net learned on 0 to 1."),
        (x // 255, "All values are 0. Whole-number division (//) and integer types cut fractions off."),
        (x / 256, "Divided by 256. The largest value is 255, and white should become exactly 1."),
        (1 - x / 255, "You have inverted the picture: dark has become bright."),
        (x / 127.5 - 1, "That is the range −1 to 1. Some nets want it; ours learned on 0 to 1."),
        (x / 255 / 255, "Divided by 255 twice: the picture is nearly black now."),
        (x / x.max(), "Divided by this picture's own maximum: a dark picture would turn bright. Use the same for all."),
        ((x - x.min()) / np.ptp(x), "Stretched to this picture's own extremes; training used one rule for all."),
        ((x - x.mean()) / x.std(), "Standardised with this picture's own mean; training used one rule for all."),
        (x.T / 255, "The range is right; but height and width have changed places."),
    ], f"The upper left pixel, {x[0, 0]}, became {values[0, 0, 0, 0]:.4g}, and {x[0, 0]} / 255 is wanted.")  # fmt: skip
    if np.asarray(result).dtype != np.float32:
        dtype = np.asarray(result).dtype
        raise Hint(f"Shape and values are right; but the dtype is {dtype}, and the net calculates in float32.")


def _lists(pictures: NDArray[Any], training: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The two mean pictures, each as one list."""
    return pictures.mean(axis=0).ravel(), training.mean(axis=0).ravel()


def _alike(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _centred(pictures: NDArray[Any], training: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The same, less the mean of each list."""
    one, other = _lists(pictures, training)
    return one - one.mean(), other - other.mean()


@register("1.2", right="It is blind to brightness and range, but not to a change of places.")
def likeness(answer: Any) -> None:
    """Compare random batches that have something in common, once with bright and dark exchanged."""
    rng = np.random.default_rng(14)
    common = rng.uniform(0, 1, (6, 5, 1))
    training = (0.6 * common + 0.4 * rng.uniform(0, 1, (9, 6, 5, 1))).astype(np.float32)
    pictures = (0.3 * common + 0.5 * rng.uniform(0, 1, (4, 6, 5, 1))).astype(np.float32)

    def correlation(pictures: NDArray[Any], training: NDArray[Any]) -> float:
        return _alike(pictures.mean(axis=0), training.mean(axis=0))

    def by_rows(pictures: NDArray[Any], training: NDArray[Any]) -> float:
        return float(np.corrcoef(pictures.mean(axis=0)[..., 0], training.mean(axis=0)[..., 0])[0, 1])

    if callable(answer):
        given = described(correlation, (pictures, training))
        result = call(answer, pictures.copy(), training.copy(), given=given)
        number = isinstance(result, float | np.ndarray) and np.asarray(result).dtype.kind == "f"
        if number and np.isnan(result).all():
            raise Hint(f"Given {given}, your function returns nan: a list of one number has no correlation. The mean "
                       "over all axes is one number; a mean picture is .mean(axis=0).")  # fmt: skip
    judge(answer, correlation, [(pictures, training), (1 - pictures, training), (pictures[:, ::-1], training)], [
        (lambda x, y: np.corrcoef(*_lists(x, y)), "That is the whole table. Which of its four places is a with b?"),
        (lambda x, y: np.corrcoef(*_lists(x, y))[0],
         "That is one row of the table: a with a, and a with b. You want the second number."),
        (lambda x, y: np.corrcoef(*_lists(x, y))[1],
         "That is one row of the table: b with a, and b with b. You want the first number."),
        (lambda x, y: 1.0, "That is the correlation of a list with itself, which is always 1."),
        (lambda x, y: abs(correlation(x, y)), "The minus has got lost: it says that bright and dark are exchanged."),
        (lambda x, y: correlation(x, y) ** 2, "That is the square of the correlation; it hides a minus."),
        (lambda x, y: 1 - correlation(x, y), "You have subtracted it from 1: that is a distance, 0 for equal ones."),
        (lambda x, y: -correlation(x, y), "The sign is wrong: equal pictures should give 1."),
        (lambda x, y: _alike(x[0], y[0]), "You compare the first picture of each batch, not the means of all."),
        (lambda x, y: np.mean([_alike(one, y.mean(axis=0)) for one in x]),
         "You compare each picture with the mean of the training, and average afterwards. First the mean picture!"),
        (lambda x, y: np.mean([_alike(one, other) for one in x for other in y]),
         "You compare every two pictures, and average afterwards. First the mean pictures!"),
        (by_rows, "np.corrcoef takes each row of a grid for a list of its own. Make one list of each mean picture."),
        (lambda x, y: np.dot(*_lists(x, y)) / np.prod([np.linalg.norm(one) for one in _lists(x, y)]),
         "That is the cosine of the two lists. For a correlation each list loses its own mean first."),
        (lambda x, y: np.dot(*_lists(x, y)), "Products alone grow with brightness. A correlation goes from −1 to 1."),
        (lambda x, y: np.mean(np.prod(_centred(x, y), axis=0)),
         "That is the covariance: divide it by the standard deviations of both lists."),
        (lambda x, y: np.cov(*_lists(x, y))[0, 1],
         "That is the covariance: divide it by the standard deviations of both lists."),
        (lambda x, y: x.mean() - y.mean(), "A difference of two means over all pixels forgets the places."),
        (lambda x, y: abs(x.mean() - y.mean()), "A difference of two means over all pixels forgets the places."),
        (lambda x, y: np.abs(np.subtract(*_lists(x, y))).mean(),
         "That is the mean difference of the pixels: it sees brightness, too. A correlation is asked for."),
        (lambda x, y: np.square(np.subtract(*_lists(x, y))).mean(),
         "That is the mean squared difference: it sees brightness, too. A correlation is asked for."),
    ])  # fmt: skip


@register("1.3", right="Both mistakes undo themselves, and their order does not matter.")
def repair(answer: Any) -> None:
    """Spoil random pictures, have them repaired, and compare."""
    clean = np.random.default_rng(13).uniform(0, 1, (3, 28, 28, 1)).astype(np.float32)

    def repaired(pictures: NDArray[Any]) -> NDArray[Any]:
        return 1 - pictures.swapaxes(1, 2)

    upside = "A quarter turn is not a swap of axes: "
    judge(answer, repaired, [(spoil(clean),)], [
        (lambda x: x.T, ".T turns all four axes round. Only two of them should change places."),
        (lambda x: 1 - x.T, ".T turns all four axes round. Only two of them should change places."),
        (lambda x: x, "The batch has come back as it was. (reshape does not move anything here.)"),
        (lambda x: 1 - x, "The background is right now. But the clothes still lie on their side."),
        (lambda x: x.swapaxes(1, 2), "They stand upright now. But clothes lay on black, and these lie on white."),
        (lambda x: -x.swapaxes(1, 2), "Upright, but a minus alone turns 0..1 into −1..0; the range must stay 0 to 1."),
        (lambda x: -x, "A minus alone turns 0..1 into −1..0; and the clothes still lie on their side."),
        (lambda x: 255 - x.swapaxes(1, 2), "255 − x inverts pictures with values up to 255; these go up to 1."),
        (lambda x: 255 - x, "255 − x inverts values up to 255, not up to 1; and the clothes still lie on their side."),
        (lambda x: np.rot90(1 - x, 1, (1, 2)), upside + "the clothes are upside down now."),
        (lambda x: np.rot90(1 - x, -1, (1, 2)), upside + "left and right are exchanged now."),
        (lambda x: np.rot90(x, 1, (1, 2)), upside + "the clothes are upside down, and the background is still white."),
        (lambda x: np.rot90(x, -1, (1, 2)),
         upside + "left and right are exchanged, and the background is still white."),
        (lambda x: 1 - x[:, ::-1], "You turned the order of the rows round; two axes have changed places."),
        (lambda x: 1 - x[:, :, ::-1], "You turned the order of the columns round; two axes have changed places."),
    ])  # fmt: skip
