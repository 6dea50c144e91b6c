"""Make `data/sample_photos/`: a folder of photos as a person would have it, a few bad files among them.

`python -m tools.provenance.sample_photos` writes the folder and its table of credits, `data/sample_photos.csv`, and
brings `data/checksums.csv` up to date. The photos are composites: a cut-out of `data/cutouts/`, one of each group, on a
blurred piece of one of the course's photographs. The pictures are always the same; the bytes of the files, too, with
the same version of Pillow.
"""

import csv
import io
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from cnn_course import cutouts, data
from cnn_course._files import verified
from tools.provenance.checksums import DATA, write_checksums

CLASSES = ("bird", "flower", "mammal")
SIZES = ((320, 240), (240, 320), (300, 300), (360, 240), (280, 210), (270, 360))
# Where one could take a photo of an animal or a flower: not before the night sky.
WALLS = {name: box for part in cutouts.WALLS.values() for name, box in part.items() if name != "galaxies"}
TINTS = (  # from dark to light: leaves, earth, stone, evening, sand, water
    ((18, 44, 14), (150, 190, 110)),
    ((46, 30, 18), (190, 160, 125)),
    ((40, 44, 48), (200, 204, 206)),
    ((38, 24, 52), (214, 150, 130)),
    ((90, 74, 48), (236, 220, 184)),
    ((14, 40, 60), (160, 205, 220)),
)
NAMES = ("IMG_{n:04}.JPG", "IMG_{n:04}.jpg", "DSC{n:05}.JPG", "2023-05-{d:02} 14.{n:02}.jpg", "photo ({n}).jpeg")
SPOKEN = {  # what somebody has renamed, in several languages and with odd characters
    "owl": "Käuzchen & Co..jpg",
    "albino-peahen": "pavo real ñandú.jpg",
    "drake": "鴨.jpg",
    "rose": "für Oma ♥.jpg",
    "iris": "iris [final] (2).jpg",
    "fox": "-fox.jpg",
    "elephant": "100% elephant, Zoo.jpg",
}


class Scene(NamedTuple):
    """One composite, and what it is called in the folder."""

    label: str
    cutout: str
    name: str
    picture: Image.Image


def wall(width: int, height: int, draw: np.random.Generator) -> Image.Image:
    """A tinted, blurred piece of one of the course's photographs."""
    name = sorted(WALLS)[draw.integers(len(WALLS))]
    photo = Image.fromarray(data.picture(name)).crop(WALLS[name]).convert("L")
    scale = draw.uniform(0.4, 1.0) * min(photo.width / width, photo.height / height)
    across, down = scale * width, scale * height
    left, top = draw.uniform(0, photo.width - across), draw.uniform(0, photo.height - down)
    box = (left, top, left + across, top + down)
    grey = np.asarray(photo.resize((width, height), Image.Resampling.BICUBIC, box=box), dtype=float)[..., None] / 255
    dark, light = (np.array(colour) + draw.integers(-15, 16, 3) for colour in TINTS[draw.integers(len(TINTS))])
    tinted = np.clip(dark + (light - dark) * grey, 0, 255).astype(np.uint8)
    return Image.fromarray(tinted).filter(ImageFilter.GaussianBlur(draw.uniform(1, 4)))


def composite(cutout: np.ndarray[Any, Any], draw: np.random.Generator) -> Image.Image:
    """A cut-out in the middle square of a wall, as one would take its photo."""
    width, height = SIZES[draw.integers(len(SIZES))]
    picture = wall(width, height, draw)
    thing = Image.fromarray(cutout)
    short = min(width, height)
    longest = draw.uniform(0.7, 0.98) * short
    scale = min(longest / max(thing.size), 2.2)
    thing = thing.resize([round(scale * side) for side in thing.size], Image.Resampling.BICUBIC)
    room = [(short - side) / 2 for side in thing.size]
    place = [
        round((whole - side) / 2 + draw.uniform(-1, 1) * free)
        for whole, side, free in zip(picture.size, thing.size, room, strict=True)
    ]
    picture.paste(thing, (place[0], place[1]), thing)
    return picture


def scenes() -> Iterator[Scene]:
    """One composite for each group of cut-outs, with the name somebody gave it."""
    every = cutouts.load()
    seen = set()
    for number, cutout in enumerate(every.names):
        label, group = every.class_names[every.labels[number]], int(every.groups[number])
        if label not in CLASSES or group in seen:
            continue
        seen.add(group)
        draw = np.random.default_rng([14, number])
        pattern = NAMES[draw.integers(len(NAMES))]
        picture = Image.fromarray(every.images[number]) if cutout in STICKERS else composite(every.images[number], draw)
        name = SPOKEN.get(cutout, pattern.format(n=number * 17 % 60 + 1, d=number % 28 + 1))
        yield Scene(label, cutout, name, picture)


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a file; JPEG at the quality of a phone's messages."""
    out = io.BytesIO()
    picture.save(out, form, **({"quality": 82, "optimize": True} if form in ("JPEG", "MPO") else {}) | options)
    return out.getvalue()


def sideways(picture: Image.Image, orientation: int) -> bytes:
    """A JPEG as a camera writes it that was held sideways or upside down."""
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(picture.transpose(turn), exif=exif)


def moment_later(picture: Image.Image) -> Image.Image:
    """The next photo of a burst: moved by two pixels, a little brighter."""
    moved = picture.crop((2, 1, picture.width, picture.height))
    return ImageEnhance.Brightness(moved).enhance(1.06)


def sixteen_bit(picture: Image.Image) -> Image.Image:
    """A grey picture as scanners write it."""
    grey = np.asarray(picture.resize((picture.width // 2, picture.height // 2)).convert("L"), dtype=np.uint16)
    return Image.fromarray(grey * np.uint16(257))


def small(picture: Image.Image) -> Image.Image:
    """Half the size: PNG files of photographs are large."""
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


UNUSUAL = {  # group's first cut-out -> ending and content of a file that is no ordinary JPEG
    "crow": (".png", lambda one: encoded(small(one), "PNG", optimize=True)),
    "lark": (".png", lambda one: encoded(small(one), "PNG", optimize=True)),
    "daffodil": (".PNG", lambda one: encoded(small(one), "PNG", optimize=True)),
    "blackbird": (".png", lambda one: encoded(one.quantize(64), "PNG", optimize=True)),
    "flower5": (".png", lambda one: encoded(one, "PNG", optimize=True)),
    "horse": (".png", lambda one: encoded(small(one), "PNG", optimize=True)),
    "koala": (".png", lambda one: encoded(small(one), "PNG", optimize=True)),
    "pigeon": (".webp", lambda one: encoded(one, "WEBP", quality=75)),
    "marigold": (".webp", lambda one: encoded(one, "WEBP", quality=75)),
    "bison": (".gif", lambda one: encoded(small(one), "GIF", save_all=True, append_images=[small(moment_later(one))])),
    "cuckoo": (".jpg", lambda one: encoded(one.convert("CMYK"))),
    "goat": (".png", lambda one: encoded(sixteen_bit(one), "PNG", optimize=True)),
    "zebra": (".jpg", lambda one: encoded(one.convert("L"))),
    "turkey": (".JPG", lambda one: sideways(one, 6)),
    "vulture": (".JPG", lambda one: sideways(one, 3)),
    "flower3": (".JPG", lambda one: sideways(one, 8)),
    "red-gazania": (".JPG", lambda one: sideways(one, 6)),
    "giraffe": (".JPG", lambda one: sideways(one, 6)),
    "lion": (".JPG", lambda one: sideways(one, 8)),
    "squirrel": (".JPG", lambda one: sideways(one, 3)),
}
STICKERS = ("blackbird", "flower5")  # somebody has cut them out: transparent around
BURSTS = ("gander", "tucan", "flower1", "flower7", "camel", "deer", "wombat")  # with a second photo
NESTED = ("kangaroo", "wombat", "zebra", "yak")  # in a folder inside the class folder


def ordinary_files() -> Iterator[tuple[str, str, bytes]]:
    """Path in the folder, cut-out, and content of each photo that can be used."""
    taken = set()
    for one in scenes():
        ending, encode = UNUSUAL.get(one.cutout, (Path(one.name).suffix, encoded))
        stem = Path(one.name).stem
        while f"{one.label}/{stem}".lower() in taken:
            stem += "a"
        taken.add(f"{one.label}/{stem}".lower())
        folder = one.label + ("/zoo, summer 2023" if one.cutout in NESTED else "")
        yield f"{folder}/{stem}{ending}", one.cutout, encode(one.picture)
        if one.cutout in BURSTS:
            yield f"{folder}/{stem} (1){ending}", one.cutout, encoded(moment_later(one.picture), quality=75)


def bad_files(good: list[tuple[str, str, bytes]]) -> Iterator[tuple[str, str, bytes]]:
    """The same for files that cannot be used, each for a reason of its own."""
    of = {cutout: (path, content) for path, cutout, content in good}
    every = cutouts.load()
    teapot = composite(every.images[every.names.index("teapot")], np.random.default_rng(141))
    copy = Path(of["seagull"][0])
    yield f"bird/{copy.stem} copy{copy.suffix}", "seagull", of["seagull"][1]
    yield "mammal/Unknown.jpg", "magpie", of["magpie"][1]  # a bird
    yield "bird/IMG_0099.JPG", "rainbow-lorikeet", of["rainbow-lorikeet"][1][:6_000]
    yield "flower/IMG_0100.JPG", "", b""
    yield "flower/rose-large.jpg", "", b"<!DOCTYPE html>\n<title>404</title>\n<p>This picture has moved.</p>\n"
    yield "mammal/names.jpg", "", b"Rex, Bello, Luna, and the grey one from next door\n"
    yield "mammal/._IMG_0007.JPG", "", b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(60)
    yield "mammal/IMG_0101.HEIC", "", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)
    yield "flower/poster.png", "", poster()
    yield "teapot/IMG_0102.JPG", "teapot", encoded(teapot)
    yield "to sort.txt", "", b"the rest is on the old phone\n"


def poster() -> bytes:
    """A PNG of 30,000 × 20,000 pixels in one colour, without the pixels: the header is all that is ever read."""
    tiny = bytearray(encoded(Image.new("L", (1, 1)), "PNG"))
    tiny[16:24] = (30_000).to_bytes(4, "big") + (20_000).to_bytes(4, "big")
    tiny[29:33] = zlib.crc32(tiny[12:29]).to_bytes(4, "big")
    return bytes(tiny)


def main() -> None:
    """Write the folder, the credits and the checksums."""
    folder = DATA / "sample_photos"
    shutil.rmtree(folder, ignore_errors=True)
    good = [*ordinary_files()]
    files = [*good, *bad_files(good)]
    with io.StringIO(verified("cutouts/credits.csv").decode()) as table:
        credits = {row["file"].removesuffix(".png"): row for row in csv.DictReader(table)}
    with (DATA / "sample_photos.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "cutout", "credit", "licence"])
        for path, cutout, content in sorted(files):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            origin = credits.get(cutout, {"credit": "made for the course", "licence": "CC0-1.0"})
            writer.writerow([path, cutout, origin["credit"], origin["licence"]])
    write_checksums()
    print(f"{len(files)} files, {sum(len(content) for *_, content in files) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
