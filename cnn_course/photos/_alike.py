"""Which photos look alike: copies of one picture, and near-duplicates that must stay on one side of the split."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnn_course.photos._find import Photo, printable

NEAR = 0.95  # likeness from which two pictures stay on one side of the split: a burst, another exposure, moved a little
SAME = 0.997  # likeness from which two files may show one picture: saved again, resized, made brighter
_COARSE, _FINE = 16, 32  # pixels a side at which pictures that are alike are found, and at which they are compared
_LOCAL = 6  # see `same_picture`; copies reach 5.4, and an animal of a tenth of the height 7 or more
_FLAT = 2.0  # grey levels: a picture that varies less has nothing to be recognised by
_BLOCK = 500  # pictures compared with all others at a time, which bounds the memory


def group_alike(photos: Sequence[Photo]) -> None:
    """Group near-duplicates, and leave out pictures that lie in two classes.

    The likeness of two pictures is the correlation of their values at 16 × 16 pixels. It stays near 1 if one is the
    other resized, saved again, or made brighter, darker or flatter, and falls as things move. Photos that are joined by
    a chain of likenesses of `NEAR` or more form a group. A picture in one flat colour is like no other.

    Each photo is also compared, closely, with the photo of another class that is most like it. If the two are the same
    picture, both are left out.

    Args:
        photos: Photos with their pixels; `group` is set to the smallest digest in the group.
    """
    if not photos:
        return
    photos = sorted(photos, key=lambda photo: photo.digest)  # so that the first of a group is the one that names it
    values = np.stack([_reduced(photo.pixels, _COARSE).ravel() for photo in photos])  # (n, 768)
    values -= values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1, keepdims=True)
    values /= np.where(spread < _FLAT, np.inf, spread) * values.shape[1] ** 0.5  # now products are correlations
    labels = np.unique([photo.label for photo in photos], return_inverse=True)[1]
    first = np.arange(len(photos))  # first photo of the group that each photo is in
    for start in range(0, len(photos), _BLOCK):
        for place, likeness in enumerate(values[start : start + _BLOCK] @ values.T, start):
            near = first[likeness >= NEAR]
            if (near != first[place]).any():
                first[np.isin(first, near)] = near.min()
            likeness[labels == labels[place]] = 0
            other = int(likeness.argmax())
            if likeness[other] >= SAME and same_picture(photos[place].pixels, photos[other].pixels):
                _leave_out_both(photos[place], photos[other])
    for photo, place in zip(photos, first.tolist(), strict=True):
        photo.group = photos[place].digest


def leave_out_copies(photos: Sequence[Photo]) -> None:
    """Keep one of files with the same bytes, or none if they lie in several classes."""
    first: dict[str, dict[str, Photo]] = {}  # digest -> class -> its first file with these bytes
    for photo in photos:
        first.setdefault(photo.digest, {}).setdefault(photo.label, photo)
    for photo in photos:
        twin, *rivals = sorted(first[photo.digest].values(), key=lambda other: other.label != photo.label)
        if rivals:
            _leave_out_both(photo, rivals[0])
        elif twin is not photo:
            photo.leave_out(f"the same file as {printable(twin.name)}, which is kept", "Nothing.")


def same_picture(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Tell copies of a picture from pictures that differ in a small place, such as those of a fixed camera.

    Brightness and contrast are evened out. Saving again or resizing changes a picture everywhere; a thing that is in
    only one of the two makes a difference in one place, many times as large as the difference that 95 % stay below.

    Args:
        one: A picture, uint8, shape (size, size, 3).
        other: Another of the same shape.
    """
    x, y = (_reduced(picture, min(_FINE, len(picture))) for picture in (one, other))
    contrast = min(x.std(), y.std())
    gap = contrast * np.abs((x - x.mean()) / x.std() - (y - y.mean()) / y.std())  # in grey levels
    return bool(gap.max() <= _LOCAL * (np.percentile(gap, 95) + 0.5))  # half a level is what rounding can do


def _reduced(picture: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    return np.array(Image.fromarray(picture).resize((side, side), Image.Resampling.BOX), dtype=np.float32)


def _leave_out_both(one: Photo, other: Photo) -> None:
    advice = "Decide which class it belongs to and remove the other file; until then both are left out."
    for photo, rival in ((one, other), (other, one)):
        photo.leave_out(f"the same picture lies in another class: {printable(rival.name)}", advice)
