"""A small labelled set of pictures: things cut out of photographs, put on walls of noise, brick, grass and the like.

The cut-outs come from the drawing program Tux Paint; data/README.md and data/cutouts/credits.csv tell the origin,
licence and credit of each. A *composite* is a cut-out on a background. Everything is decided by a seed and computed in
whole numbers, so that the same call gives the same pictures on every machine.
"""

import colorsys
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnn_course import data
from cnn_course._files import read_only, verified

__all__ = ["Cutouts", "backgrounds", "compose", "load", "split", "tinted"]

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Part = Literal["train", "test"]

_FEWEST = 10  # photographs of each class that a training part has at least

# Walls, disjoint: parts of photographs (left, upper, right, lower) that show nothing which belongs to a class.
WALLS: dict[str, dict[str, tuple[int, int, int, int]]] = {
    "train": {"brick": (0, 0, 320, 320), "galaxies": (0, 0, 320, 279), "coffee": (258, 0, 320, 213)},  # bare wood
    "test": {"grass": (0, 0, 320, 320), "gravel": (0, 0, 320, 320)},
}
_SMALLEST_CROP = 48  # pixels
_OCTAVES = (2, 4, 8, 16, 32)  # grids of random numbers, from coarse to fine, that add up to noise


@dataclass(frozen=True, eq=False, repr=False)
class Cutouts:
    """Photographs of single things, cut out; the arrays cannot be written to.

    Attributes:
        images: One array for each photograph, uint8, shape (height, width, 4): red, green, blue and alpha, which is 0
            where the background shines through and 255 where the thing covers it. The longest side has at most 160
            pixels.
        labels: Class of each, int64, shape (n,): the place of its name in `class_names`.
        groups: Number of the group of each, int64, shape (n,). Photographs of the same species or kind of thing
            are one group, so that they never stand on both sides of a split.
        names: Name of each, the name of its file without the ending.
        class_names: "bird", "flower", "food" (fruit, vegetables, mushrooms), "mammal" and "object".
    """

    images: tuple[Bytes, ...]
    labels: Integers
    groups: Integers
    names: tuple[str, ...]
    class_names: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<{len(self.images)} photo cut-outs in {len(self.class_names)} classes>"


@cache
def load() -> Cutouts:
    """Load the photo cut-outs.

    Returns:
        All of them, ordered by class.

    Raises:
        DataError: If a file is missing or damaged.
    """
    rows = list(csv.DictReader(io.StringIO(verified("cutouts/credits.csv").decode())))
    class_names = sorted({row["class"] for row in rows})
    group_names = sorted({row["group"] for row in rows})
    return Cutouts(
        images=tuple(_read(row["file"]) for row in rows),
        labels=read_only(np.array([class_names.index(row["class"]) for row in rows])),
        groups=read_only(np.array([group_names.index(row["group"]) for row in rows])),
        names=tuple(row["file"].removesuffix(".png") for row in rows),
        class_names=tuple(class_names),
    )


def split(cutouts: Cutouts, seed: int) -> tuple[Integers, Integers]:
    """Divide the cut-outs into a training and a test part, group by group.

    Of each class, groups are drawn for training until it has at least half of the photographs, and at least ten; the
    others are for testing. A group is never divided.

    Args:
        cutouts: What `load` returned.
        seed: Decides which groups are drawn.

    Returns:
        Places of the training and of the test photographs in `cutouts`, both ascending.
    """
    rng = np.random.default_rng([seed, data.draw()] if data.draw() else seed)
    train: list[int] = []
    for label in range(len(cutouts.class_names)):
        of_class = np.flatnonzero(cutouts.labels == label)
        drawn: list[int] = []
        for group in rng.permutation(np.unique(cutouts.groups[of_class])):
            if len(drawn) >= max(_FEWEST, len(of_class) / 2):
                break
            drawn += of_class[cutouts.groups[of_class] == group].tolist()
        train += drawn
    everything = np.arange(len(cutouts.labels))
    return np.array(sorted(train)), np.setdiff1d(everything, train)


def backgrounds(n: int, size: int, *, part: Part = "train", seed: int) -> Bytes:
    """Make backgrounds, half of them coloured noise, half pieces of the course's photographs in changing colours.

    Training walls are brick, stars and wood, test walls are grass and gravel; noise is drawn afresh for each part, so
    no background of one part can occur in the other. The first backgrounds of a longer series are a shorter series.

    Args:
        n: How many.
        size: Height and width in pixels.
        part: "train" or "test".
        seed: Decides everything that is drawn.

    Returns:
        Pictures, uint8, shape (n, size, size, 3).

    Raises:
        ValueError: If there is no such part.
    """
    if part not in WALLS:
        raise ValueError(f'There is no part {part!r}. There are "train" and "test".')
    made = np.empty((n, size, size, 3), np.uint8)
    for i, rng in enumerate(_generators(n, seed, list(WALLS).index(part))):
        made[i] = _coloured_noise(size, rng) if rng.integers(2) else _wall(part, size, rng)
    return made


def tinted(hues: Sequence[float] | npt.NDArray[np.floating], size: int, *, seed: int) -> Bytes:
    """Make backgrounds of noise in shades of one hue each.

    Args:
        hues: Hue of each background: 0 is red, 1/3 green, 2/3 blue, 1 red again.
        size: Height and width in pixels.
        seed: Decides the noise and the strength of the colour.

    Returns:
        Pictures, uint8, shape (len(hues), size, size, 3).
    """
    made = np.empty((len(hues), size, size, 3), np.uint8)
    for i, rng in enumerate(_generators(len(hues), seed, len(WALLS))):
        saturation = int(rng.integers(50, 91)) / 100
        dark, light = (_rgb(float(hues[i]), saturation, value) for value in (0.25, 0.95))
        made[i] = _between(dark, light, _noise(size, 1, rng))
    return made


def compose(images: Sequence[Bytes], backgrounds: Bytes, *, seed: int) -> Bytes:
    """Put each cut-out on a background, at a random size and place.

    The longest side of the cut-out becomes 55 to 95 % of the background's, and all of it is inside.

    Args:
        images: cut-outs, uint8, each (height, width, 4).
        backgrounds: uint8, shape (n, size, size, 3), one for each cut-out.
        seed: Decides sizes and places.

    Returns:
        Composites, uint8, shape (n, size, size, 3). Where a cut-out is transparent, its background is unchanged.

    Raises:
        ValueError: If there are not as many backgrounds as cut-outs, or one of the shapes is wrong.
    """
    if len(images) != len(backgrounds):
        raise ValueError(f"{len(images)} cut-outs need as many backgrounds; you gave {len(backgrounds)}.")
    if backgrounds.ndim != 4 or backgrounds.shape[3] != 3:
        raise ValueError(f"Backgrounds have the shape (n, size, size, 3); yours have {backgrounds.shape}.")
    made = backgrounds.copy()
    for picture, image, rng in zip(made, images, _generators(len(images), seed, len(WALLS) + 1), strict=True):
        if image.ndim != 3 or image.shape[2] != 4:
            raise ValueError(f"A cut-out has the shape (height, width, 4); one of yours has {image.shape}.")
        _paste(image, picture, rng)
    return made


# --- reading


def _read(file: str) -> Bytes:
    with Image.open(io.BytesIO(verified(f"cutouts/{file}"))) as picture:
        return read_only(np.array(picture))


# --- drawing: one generator of random numbers a picture, so that a picture does not depend on those before it


def _generators(n: int, seed: int, purpose: int) -> Iterable[np.random.Generator]:
    other_draw = [data.draw()] if data.draw() else []
    return (np.random.default_rng([seed, purpose, i, *other_draw]) for i in range(n))


def _paste(image: Bytes, picture: Bytes, rng: np.random.Generator) -> None:
    """Blend a cut-out into a picture, in place."""
    size = len(picture)
    longest = int(rng.integers(size * 55 // 100, size * 95 // 100 + 1))
    height, width = (max(1, side * longest // max(image.shape[:2])) for side in image.shape[:2])
    top, left = rng.integers(size - height + 1), rng.integers(size - width + 1)
    scaled = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC)).astype(np.int64)
    under = picture[top : top + height, left : left + width]
    colour, alpha = scaled[..., :3], scaled[..., 3:]
    under[:] = (colour * alpha + under * (255 - alpha) + 127) // 255


def _coloured_noise(size: int, rng: np.random.Generator) -> Integers:
    """Noise around a random colour, weak or strong."""
    colour, strength = rng.integers(40, 216, 3), rng.integers(1, 5)
    return np.clip(colour + strength * (_noise(size, 3, rng) - 128) // 2, 0, 255)


def _noise(size: int, channels: int, rng: np.random.Generator) -> Integers:
    """Cloudy to speckled noise around 128, shape (size, size, channels)."""
    fineness = int(rng.integers(2, 8))  # weight of each octave, in eighths of the one before
    total = np.zeros((size, size, channels), np.int64)
    weights = [fineness**level * 8 ** (len(_OCTAVES) - level) for level in range(len(_OCTAVES))]
    for grid, weight in zip(_OCTAVES, weights, strict=True):
        values = rng.integers(0, 256, (grid, grid, channels), dtype=np.uint8)
        total += weight * _resized(values, size)
    mean: Integers = total // sum(weights)
    return mean


def _wall(part: Part, size: int, rng: np.random.Generator) -> Integers:
    """A square piece of a photograph, turned and in other colours."""
    name = sorted(WALLS[part])[rng.integers(len(WALLS[part]))]
    left, upper, right, lower = WALLS[part][name]
    photo = data.picture(name)[upper:lower, left:right]
    side = rng.integers(_SMALLEST_CROP, min(photo.shape[:2]) + 1)
    top, left = rng.integers(photo.shape[0] - side + 1), rng.integers(photo.shape[1] - side + 1)
    piece = np.rot90(_resized(photo[top : top + side, left : left + side], size), int(rng.integers(4)))
    if photo.ndim == 3:
        return piece[..., rng.permutation(3)]
    return _between(rng.integers(0, 100, 3), rng.integers(120, 256, 3), piece[..., None])


def _between(dark: Integers, light: Integers, grey: Integers) -> Integers:
    """Colours between two, (3,) each, for grey values 0 to 255, shape (height, width, 1)."""
    return dark + (light - dark) * grey // 255


def _rgb(hue: float, saturation: float, value: float) -> Integers:
    return np.array([round(255 * part) for part in colorsys.hsv_to_rgb(hue % 1, saturation, value)])


def _resized(picture: Bytes, size: int) -> Integers:
    """Scale a square picture, (side, side) or (side, side, channels), to (size, size) or (size, size, channels)."""
    flat = picture[..., 0] if picture.shape[-1] == 1 else picture
    scaled = np.asarray(Image.fromarray(flat).resize((size, size), Image.Resampling.BICUBIC))
    return scaled.reshape(size, size, *picture.shape[2:]).astype(np.int64)
