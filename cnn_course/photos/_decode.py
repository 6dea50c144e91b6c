"""One photo: from a file of any size, format and orientation to a square of 8-bit red, green and blue."""

import hashlib
import os
import re
import warnings
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # decoders that start no other program
LARGEST = 90_000_000  # pixels; the decoded picture of a damaged or malicious file may not fill the memory
LARGEST_FILE = 300_000_000  # bytes; some decoders read the whole file. 90 million pixels, uncompressed, have 270 MB
_ORIENTATION = 0x0112  # the EXIF tag in which a camera notes how it was held: 1 upright, 2 to 8 turned or mirrored
_SUBFILE, _PHOTOMETRIC, _DNG_VERSION = 254, 262, 50706  # TIFF tags: a preview or not; what 0 means; a raw file
_RAW = "3fr arw cr2 cr3 dcr dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f"
_AGAIN = "Copy it again from where it came."
_EXPORT = "Export it as JPEG with the program of the camera."
_HEIC = rb"....ftyp.*(hei[cxms]|hevc|mif1|msf1)"
_HEIC_UNREADABLE = (  # what is said of it where the package that reads it is missing
    "a HEIC photo, as iPhones take them; the package pillow-heif, which reads them, is missing",
    "Run `%pip install pillow-heif` in a cell, and this one again. Or export it as JPEG (macOS: Preview, Export; on "
    "the phone, for photos to come: Settings, Camera, Formats, Most Compatible).",
)
_KINDS = (  # how files begin that no decoder knows, what they are, and what to do about it
    (rb"....ftyp.*avi[fs]", "an AVIF picture, damaged or too new for this Pillow", f"{_AGAIN} Or save it as JPEG."),
    (_HEIC, "a HEIC photo, as iPhones take them, damaged or of a rare kind", f"{_AGAIN} Or export it as JPEG."),
    (rb"....ftypcrx", "a camera's raw file (CR3)", _EXPORT),
    (rb"....ftyp", "a video or a sound file, not a photo", "Save single frames of a video as JPEG."),
    (rb"\s*<(!doctype|html)", "a web page under the name of a picture", "Download the picture itself."),
    (rb"\xff\xd8|\x89PNG|GIF8|RIFF....WEBP", "damaged: only the beginning of a picture", _AGAIN),
    (rb"II[*+]\0|MM\0[*+]", "a TIFF picture, cut off or of a rare kind", f"{_AGAIN} Or save it as PNG."),
    (b"", "no picture that can be read here", "If it is one, save it as JPEG, PNG, WebP, AVIF, GIF, TIFF, BMP or PPM."),
)


class PhotoError(ValueError):
    """A photo or a folder that cannot be used.

    Attributes:
        why: What is wrong with it.
        advice: What to do about it.
    """

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(f"{why}. {advice}")
        self.why = why
        self.advice = advice


def decode(path: Path, size: int) -> tuple[NDArray[np.uint8], str, str]:
    """Read a photo and bring it into the form a net wants.

    A JPEG file is decoded at a half, a quarter or an eighth of its size if that is still twice what is wanted: a photo
    of 12 megapixels then takes less than a megabyte.

    Args:
        path: A file. If it is a link, it is not followed.
        size: Height and width of the result in pixels.

    Returns:
        The picture, uint8, shape (size, size, 3); the SHA-256 of the file; what had to be done to read it, in words.

    Raises:
        PhotoError: If there is no photo in the file, or it is damaged, or too large.
    """
    try:
        with open(path, "rb", opener=_open_file_itself) as file:
            pixels, changed = _decode(file, path.suffix[1:].lower(), size)
            file.seek(0)
            return pixels, hashlib.file_digest(file, "sha256").hexdigest(), changed
    except PermissionError:
        raise PhotoError("no permission to read it", "Change its permissions, or copy the file.") from None
    except FileNotFoundError:
        raise PhotoError(f"there is no file {path.name!r}", "Look at its name and its folder again.") from None
    except OSError as problem:
        raise PhotoError(f"it cannot be opened ({problem.strerror})", "Copy it to this machine's own disk.") from None


def _open_file_itself(path: str, flags: int) -> int:
    """Open a file but no link, and do not wait for a writer if it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _decode(file: BufferedReader, suffix: str, size: int) -> tuple[NDArray[np.uint8], str]:
    head = file.read(32)
    length = os.fstat(file.fileno()).st_size
    if not head:
        raise PhotoError("the file is empty: 0 bytes", _AGAIN)
    if length > LARGEST_FILE:
        raise _too_large(f"{length / 1e6:,.0f} MB", f"{LARGEST_FILE // 10**6} MB")
    if suffix in _RAW.split():
        raise PhotoError(f"a camera's raw file ({suffix})", _EXPORT)
    with warnings.catch_warnings(action="ignore"):  # about odd metadata: nothing a reader could act upon
        try:
            return _square(_opened(file), size)
        except Exception as problem:  # on damaged data, decoders raise whatever they stumble upon
            raise _explained(problem, head) from None


def _opened(file: BufferedReader) -> Image.Image:
    """Open a picture without decoding it; refuse what is too large, no photo, or has changed since it was written."""
    Image.init()
    _learn_heic()
    image = Image.open(file, formats=[name for name in FORMATS if name in Image.OPEN])
    if image.width * image.height > LARGEST:
        raise _too_large(f"{image.width:,} × {image.height:,} pixels")
    if _tag(image, _SUBFILE, 0) & 1 or _tag(image, _DNG_VERSION):
        raise PhotoError("a camera's raw file, of which only a preview can be read", _EXPORT)
    if image.format == "PNG":  # the only format with checksums, and decoding looks at some of them only
        image.verify()
        image = Image.open(file, formats=["PNG"])
    return image


def _square(image: Image.Image, size: int) -> tuple[NDArray[np.uint8], str]:
    """Decode a picture; return the middle square of it, scaled and upright, and what was done."""
    changed = []
    frames = 1 if image.format in ("HEIF", "MPO") else _frames(image)  # phones store previews as further frames
    if image.format != "HEIF":  # which opens at the picture that its writer has called the first
        image.seek(0)
    if frames > 1:
        changed.append(f"first of {frames} frames")
    turned = _tag(image, _ORIENTATION) in range(2, 9)  # by Pillow, which turns TIFF while decoding and no other format
    image.draft(None, (2 * size, 2 * size))  # only JPEG can
    image.load()
    orientation = _orientation(image)
    if image.mode.startswith(("I", "F")):
        image, scaled = _eight_bits(image)
        changed.append(scaled)
    elif image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA"):
        changed.append(f"{image.mode} to RGB")
    see_through = image.has_transparency_data
    fitted = ImageOps.fit(image.convert("RGBA" if see_through else "RGB"), (size, size), Image.Resampling.BICUBIC)
    if see_through:
        ground = Image.new("RGBA", fitted.size, "white")  # most such pictures were made for white pages
        fitted = Image.alpha_composite(ground, fitted).convert("RGB")
        changed.append("transparent parts on white")
    if orientation in range(2, 9):
        fitted.getexif()[_ORIENTATION] = orientation
        ImageOps.exif_transpose(fitted, in_place=True)
        turned = True
    if turned:
        changed.append("turned upright")
    return np.array(fitted), "; ".join(changed)


def _learn_heic() -> bool:
    """Let Pillow read HEIC, if the package for it is installed, and say whether it is.

    It turns photos upright by itself. Nothing is remembered: a person may install it and run the cell again.
    """
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def _frames(image: Image.Image) -> int:
    """Number of frames; 1 if a later one is damaged, since only the first is wanted."""
    with suppress(Exception):
        return int(getattr(image, "n_frames", 1))
    return 1


def _orientation(image: Image.Image) -> Any:
    """What the camera noted about how it was held, if anything."""
    with suppress(Exception):  # a damaged note about the photo does not damage the photo
        return image.getexif().get(_ORIENTATION)
    return None


def _tag(image: Image.Image, number: int, default: int | None = None) -> Any:
    """An entry in the header of a TIFF file; the default if there is none, or the file is of another format."""
    return getattr(image, "tag_v2", {}).get(number, default)


def _eight_bits(image: Image.Image) -> tuple[Image.Image, str]:
    """Scale a grey picture of 16 or 32 bits to 0..255, and say from what.

    Whole numbers from 0 on are taken to have 8, 10, 12, 14 or 16 bits: the fewest that hold the largest. All others
    are scaled by their own smallest and largest value; what is no number becomes the smallest.
    """
    values = np.asarray(image, dtype=np.float32)
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    if image.mode.startswith("I") and low >= 0 and high <= 65_535:
        low, high = 0, next(2**bits - 1 for bits in (8, 10, 12, 14, 16) if high < 2**bits)
    scale = 255 / (high - low or 1)
    grey = np.nan_to_num(values, nan=low, posinf=high, neginf=low) * scale - low * scale
    if _tag(image, _PHOTOMETRIC) == 0:  # white is 0, which Pillow obeys for 8 bits only
        grey = 255 - grey
    scaled = "brought to 8 bits" if (low, high) == (0, 65_535) else f"{low:g} to {high:g} brought to 8 bits"
    return Image.fromarray(np.round(grey).clip(0, 255).astype(np.uint8)), scaled


def _too_large(what: str, limit: str = f"{LARGEST // 10**6} million") -> PhotoError:
    return PhotoError(f"too large: {what}; the limit is {limit}", "If it is a photo, save a smaller copy of it.")


def _explained(problem: Exception, head: bytes) -> PhotoError:
    """Say what a file is that could not be decoded, from what went wrong and its first bytes."""
    if isinstance(problem, PhotoError):
        return problem
    if isinstance(problem, Image.DecompressionBombError):  # more than twice Pillow's own limit
        return _too_large("far more pixels than a photo has")
    if isinstance(problem, MemoryError):
        return PhotoError("the memory is too small for it", "Save a smaller copy of it.")
    if not isinstance(problem, UnidentifiedImageError):
        if "truncated" in str(problem).lower():
            return PhotoError("cut off: the end of the file is missing", _AGAIN)
        return PhotoError("damaged: it begins like a picture, but the rest is spoilt", f"{_AGAIN} Or leave it out.")
    if re.match(_HEIC, head, re.DOTALL) and not _learn_heic():
        return PhotoError(*_HEIC_UNREADABLE)
    return next(PhotoError(*what) for start, *what in _KINDS if re.match(start, head, re.DOTALL | re.IGNORECASE))
