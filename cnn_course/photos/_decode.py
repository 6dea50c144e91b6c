"""One photo: from a file of any size, format and orientation to a square of 8-bit red, green and blue."""

import hashlib
import os
import warnings
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # decoders that start no other program
LARGEST = 90_000_000  # pixels; the decoded picture of a damaged or malicious file may not fill the memory
GROUND = (255, 255, 255)  # what stands behind transparent parts: most such pictures were made for white pages
THUMBNAIL = 16  # pixels a side, enough to recognise a picture by
_RAW = {".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"}
_ORIENTATION = 0x0112  # the EXIF tag in which a camera notes how it was held: 1 upright, 2 to 8 turned or mirrored


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


class Decoded(NamedTuple):
    """What a file held."""

    pixels: NDArray[np.uint8]  # (size, size, 3)
    thumbnail: NDArray[np.uint8]  # (16, 16, 3)
    digest: str  # SHA-256 of the file
    changed: str  # what had to be done to read it, in words


def decode(path: Path, size: int) -> Decoded:
    """Read a photo and bring it into the form a net wants.

    A JPEG file is decoded at a half, a quarter or an eighth of its size if that is still twice what is wanted: a photo
    of 12 megapixels then takes less than a megabyte.

    Args:
        path: A file. If it is a link, it is not followed.
        size: Height and width of the result in pixels.

    Raises:
        PhotoError: If there is no photo in the file, or it is damaged, or too large.
    """
    try:
        with open(path, "rb", opener=_open_file_itself) as file:
            return _decode(file, path.suffix.lower(), size)
    except PhotoError:
        raise
    except PermissionError:
        raise PhotoError("no permission to read it", "Change its permissions, or copy the file.") from None
    except FileNotFoundError:
        raise PhotoError(f"there is no file {path.name!r}", "Look at its name and its folder again.") from None
    except OSError as problem:
        raise PhotoError(f"it cannot be opened ({problem.strerror})", "Copy it to this machine's own disk.") from None


def _open_file_itself(path: str, flags: int) -> int:
    """Open a file but no link, and do not wait for a writer if it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _decode(file: BufferedReader, suffix: str, size: int) -> Decoded:
    head = file.read(32)
    if not head:
        raise PhotoError("the file is empty: 0 bytes", "Copy it again from where it came.")
    if suffix in _RAW:
        raise PhotoError(f"a camera's raw file ({suffix})", "Export it as JPEG with the program of the camera.")
    file.seek(0)
    with warnings.catch_warnings(action="ignore"):  # about odd metadata: nothing a reader could act upon
        image = _opened(file, head)
        try:
            small, changed = _square(image, size)
        except Exception as problem:  # on damaged data, decoders raise whatever they stumble upon
            raise _damaged(problem) from None
    file.seek(0)
    return Decoded(
        pixels=np.array(small),
        thumbnail=np.array(small.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)),
        digest=hashlib.file_digest(file, "sha256").hexdigest(),
        changed="; ".join(changed),
    )


def _opened(file: BufferedReader, head: bytes) -> Image.Image:
    """Read the header only, and refuse what is no photo or too large."""
    Image.init()
    try:
        image = Image.open(file, formats=[name for name in FORMATS if name in Image.OPEN])
    except Image.DecompressionBombError:  # more than twice Pillow's own limit
        raise _too_large("far more pixels than a photo has") from None
    except UnidentifiedImageError:
        raise _no_photo(head) from None
    except Exception as problem:
        raise _damaged(problem) from None
    if image.width * image.height > LARGEST:
        raise _too_large(f"{image.width:,} × {image.height:,} pixels")
    return image


def _square(image: Image.Image, size: int) -> tuple[Image.Image, list[str]]:
    """Decode a picture; return the middle square of it, scaled and upright, and what was done."""
    changed = []
    frames = _frames(image)
    if frames > 1 and image.format != "MPO":  # phones store previews as further frames
        changed.append(f"first of {frames} frames")
    image.draft(None, (2 * size, 2 * size))  # only JPEG can
    image.load()
    orientation = _orientation(image)
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
        changed.append("brought to 8 bits")
    elif image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA"):
        changed.append(f"{image.mode} to RGB")
    see_through = image.has_transparency_data
    fitted = ImageOps.fit(image.convert("RGBA" if see_through else "RGB"), (size, size), Image.Resampling.BICUBIC)
    if see_through:
        ground = Image.new("RGBA", fitted.size, GROUND)
        fitted = Image.alpha_composite(ground, fitted).convert("RGB")
        changed.append("transparent parts on white")
    if orientation in range(2, 9):
        fitted.getexif()[_ORIENTATION] = orientation
        ImageOps.exif_transpose(fitted, in_place=True)
        changed.append("turned upright")
    return fitted, changed


def _frames(image: Image.Image) -> int:
    """Number of frames; 1 if a later one is damaged, since only the first is wanted."""
    try:
        count = int(getattr(image, "n_frames", 1))
    except Exception:
        count = 1
    image.seek(0)
    return count


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # a damaged note about the photo does not damage the photo
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale a grey picture of 16 bits to 0..255, and one of 32 bits by its own smallest and largest value."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I") and low >= 0 and high <= 65_535:
        low, high = 0, 65_535
    scaled = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(np.round(scaled).astype(np.uint8))


def _damaged(problem: Exception) -> PhotoError:
    if isinstance(problem, MemoryError):
        return PhotoError("the memory is too small for it", "Save a smaller copy of it.")
    if "truncated" in str(problem).lower():
        return PhotoError("cut off: the end of the file is missing", "Copy it again from where it came.")
    return PhotoError("damaged: it begins like a picture, but cannot be decoded", "Copy it again, or leave it out.")


def _too_large(how_much: str) -> PhotoError:
    limit = f"{LARGEST // 10**6} million"
    return PhotoError(f"too large: {how_much}; the limit is {limit}", "If it is a photo, save a smaller copy of it.")


def _no_photo(head: bytes) -> PhotoError:
    """Say what a file is whose first bytes belong to no picture that can be read."""
    readable = "JPEG, PNG, WebP, AVIF, GIF, TIFF, BMP or PPM"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"):
        return PhotoError(
            "a HEIC photo, as iPhones take them; they cannot be read here",
            "Export it as JPEG (macOS: Preview, Export; Linux: heif-convert; on the phone: Settings, Camera, Formats, "
            "Most Compatible).",
        )
    if head[4:8] == b"ftyp":
        return PhotoError("a video, not a photo", "Save single frames of it as JPEG.")
    if head.lstrip().lower().startswith((b"<!doctype", b"<html")):
        return PhotoError("a web page under the name of a picture", "Download the picture itself.")
    if head.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8")):
        return PhotoError("damaged: only the beginning of a picture", "Copy it again from where it came.")
    return PhotoError("no picture that can be read here", f"If it is one, save it as {readable}.")
