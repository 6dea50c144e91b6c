"""Your own photos: whatever a folder holds is read rightly or left out with its reason; nothing leaks or stays."""

import csv
import hashlib
import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import tracemalloc
import unicodedata
import zlib
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from cnn_course import _files, photos
from cnn_course.photos import _alike, _decode
from cnn_course.photos._find import Photo, printable
from cnn_course.photos._split import split
from tools.provenance import sample_photos as make_sample_photos

ROOT = Path(__file__).resolve().parents[2]
RED, GREEN, BLUE, GREY = (220, 40, 30), (30, 160, 60), (40, 60, 200), (128, 128, 128)


def scene(seed, width=90, height=70):
    """A picture that looks like no other: coarse random colours, blurred."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (6, 7, 3), dtype=np.uint8))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def content(picture, form="JPEG", **options):
    """The bytes of a file."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def put(folder, name, what, **options):
    """Write a file, from bytes or a picture, and the folders it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(what, Image.Image):
        form = {".jpg": "JPEG", ".tif": "TIFF"}.get(path.suffix.lower(), path.suffix[1:].upper())
        what = content(what, form, **options)
    path.write_bytes(what)
    return path


@pytest.fixture
def folder(tmp_path):
    """Two classes of five good photos each."""
    for number in range(5):
        put(tmp_path / "album", f"cat/{number}.jpg", scene(number), quality=90)
        put(tmp_path / "album", f"dog/{number}.png", scene(10 + number))
    return tmp_path / "album"


def why(found, file):
    """The reason for leaving a file out; fails unless there is just one."""
    rows = found.skipped[found.skipped["file"] == file]
    assert len(rows) == 1, f"{file}: {len(rows)} rows"
    assert rows["what to do"].item().endswith((".", ")."))
    return rows["why"].item()


def row(found, file):
    return found.files.set_index("file").loc[file]


def mean_colour(picture):
    return picture.reshape(-1, 3).mean(axis=0)


# --- A clean folder


def test_a_clean_folder_becomes_arrays_in_the_order_of_the_table(folder):
    found = photos.prepare(folder, 32)
    assert found.class_names == ("cat", "dog")
    assert len(found.skipped) == 0
    for part, x, y in (("train", found.x_train, found.y_train), ("test", found.x_test, found.y_test)):
        rows = found.files[found.files["part"] == part]
        assert x.shape == (len(rows), 32, 32, 3)
        assert (x.dtype, y.dtype) == (np.uint8, np.int64)
        assert [found.class_names[label] for label in y] == [*rows["class"]]
        for picture, file in zip(x, rows["file"], strict=True):
            assert np.array_equal(picture, photos.read(folder / file, 32))
        assert not x.flags.writeable
        assert not y.flags.writeable
    assert sorted(found.files["file"]) == [f"cat/{n}.jpg" for n in range(5)] + [f"dog/{n}.png" for n in range(5)]


def test_each_class_has_photos_on_both_sides(folder):
    found = photos.prepare(folder, 32)
    assert set(found.y_train) == set(found.y_test) == {0, 1}


def test_the_summary_counts(folder):
    put(folder, "cat/notes.txt", b"remember the milk")
    lines = repr(photos.prepare(folder, 32)).splitlines()
    assert lines[0] == "10 photos of 32 × 32 pixels: cat 5, dog 5."
    assert lines[-1] == "1 left out; `.skipped` says which and why."


def test_a_photo_is_cropped_to_the_middle_and_not_stretched(tmp_path):
    wide = Image.new("RGB", (300, 100), BLUE)
    wide.paste(RED, (100, 0, 200, 100))
    put(tmp_path, "wide.png", wide)
    assert np.abs(photos.read(tmp_path / "wide.png", 32)[:, 2:-2] - np.array(RED)).max() <= 1


@pytest.mark.parametrize("size", [(1_600, 1_200), (1_601, 1_207), (300, 2_000)])
def test_a_jpeg_decoded_at_part_of_its_size_shows_the_same(tmp_path, size):
    path = put(tmp_path, "large.jpg", scene(3, *size), quality=95)
    whole = np.asarray(Image.open(path), dtype=float)
    side = min(size)
    top, left = (size[1] - side) / 2, (size[0] - side) / 2
    box = (left, top, left + side, top + side)
    expected = Image.fromarray(whole.astype(np.uint8)).resize((64, 64), Image.Resampling.BOX, box=box)
    assert np.abs(photos.read(path, 64) - np.asarray(expected, dtype=float)).mean() < 2


# --- Files that are read, and how


def test_cmyk_becomes_rgb(folder):
    put(folder, "cat/print.jpg", Image.new("RGB", (60, 60), RED).convert("CMYK"), quality=95)
    found = photos.prepare(folder, 32)
    assert row(found, "cat/print.jpg")["changed"] == "CMYK to RGB"
    assert np.abs(mean_colour(photos.read(folder / "cat/print.jpg", 32)) - RED).max() < 6


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_become_eight(folder, suffix):
    ramp = np.linspace(0, 65_535, 64 * 64).reshape(64, 64)
    picture = Image.fromarray(ramp.astype(np.uint16))
    put(folder, f"cat/deep.{suffix}", picture)
    found = photos.prepare(folder, 64)
    assert row(found, f"cat/deep.{suffix}")["changed"] == "brought to 8 bits"
    pixels = photos.read(folder / f"cat/deep.{suffix}", 64)
    assert np.abs(pixels - (ramp / 257)[..., None]).max() <= 1


def test_floating_point_is_stretched_by_its_finite_values(tmp_path):
    values = np.linspace(-3, 5, 32 * 32, dtype=np.float32).reshape(32, 32)
    path = put(tmp_path, "scan.tif", Image.fromarray(values))
    assert np.abs(photos.read(path, 32)[..., 0] - (values + 3) / 8 * 255).max() <= 1
    around_1000 = 1_000 + values
    whole = around_1000.copy()
    whole[0, 1], whole[5, 5], whole[6, 6] = np.nan, np.inf, -np.inf
    put(tmp_path, "scan.tif", Image.fromarray(whole))
    pixels, real = photos.read(path, 32)[..., 0], np.isfinite(whole)
    assert np.abs(pixels - (around_1000 - 997) / 8 * 255)[real].max() <= 1
    assert (pixels[0, 1], pixels[5, 5], pixels[6, 6]) == (0, 255, 0)
    put(tmp_path, "scan.tif", Image.fromarray(np.full_like(values, np.nan)))
    with pytest.raises(photos.PhotoError, match="damaged"):
        photos.read(path, 32)


@pytest.mark.parametrize(("bits", "changed"), [
    (8, "0 to 255 brought to 8 bits"), (10, "0 to 1023 brought to 8 bits"), (12, "0 to 4095 brought to 8 bits"),
    (14, "0 to 16383 brought to 8 bits"), (16, "brought to 8 bits"),
])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_the_range_of_a_deep_picture_is_that_of_its_values(folder, suffix, bits, changed):
    ramp = np.linspace(0, 0.8 * 2**bits, 64 * 64).reshape(64, 64).astype(np.uint16)
    path = put(folder, f"cat/deep.{suffix}", Image.fromarray(ramp))
    assert row(photos.prepare(folder, 64), path.relative_to(folder).as_posix())["changed"] == changed
    assert np.abs(photos.read(path, 64)[..., 0] - ramp / (2**bits - 1) * 255).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_tiff_in_which_white_is_0_is_not_inverted(tmp_path, dtype):
    """The tag PhotometricInterpretation is 0 if the smallest value is white."""
    ramp = np.linspace(0, 255, 64 * 64).reshape(64, 64)
    scale = {np.uint8: 1, np.uint16: 257, np.float32: 1}[dtype]
    plain = content(Image.fromarray((ramp * scale).astype(dtype)), "TIFF")
    entry = struct.pack("<HHIHH", 262, 3, 1, 1, 0)  # tag, type, count, value 1: black is 0
    assert plain.count(entry) == 1
    path = put(tmp_path, "plain.tif", plain)
    inverted = put(tmp_path, "inverted.tif", plain.replace(entry, struct.pack("<HHIHH", 262, 3, 1, 0, 0)))
    assert np.abs(photos.read(path, 64)[..., 0] - ramp).max() <= 1
    assert np.abs(photos.read(inverted, 64)[..., 0] - (255 - ramp)).max() <= 1


def test_a_palette_with_transparency_is_laid_on_white(folder):
    left_red = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    left_red.paste((*RED, 255), (0, 0, 32, 64))
    put(folder, "cat/sticker.gif", left_red)
    put(folder, "cat/sticker.png", scene(50).quantize(8), transparency=0)
    found = photos.prepare(folder, 64)
    assert row(found, "cat/sticker.gif")["changed"] == row(found, "cat/sticker.png")["changed"]
    assert row(found, "cat/sticker.gif")["changed"] == "transparent parts on white"
    pixels = photos.read(folder / "cat/sticker.gif", 64)
    assert np.abs(mean_colour(pixels[:, :28]) - RED).max() < 4
    assert (pixels[:, 36:] == 255).all()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_half_transparent_parts_are_mixed_with_white(tmp_path, mode):
    path = put(tmp_path, "veil.png", Image.new("RGBA", (20, 20), (100, 100, 100, 128)).convert(mode))
    assert np.abs(photos.read(path, 16) - (100 * 128 + 255 * 127) / 255).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_ordinary_modes_need_no_remark(tmp_path, mode):
    path = put(tmp_path, "plain.png", Image.new("RGB", (20, 20), (255, 255, 255)).convert(mode))
    assert (photos.read(path, 16) == 255).all()
    assert _decode.decode(path, 16)[2] == ""


UNDONE = {  # how the camera was held, as turns and mirrors of the upright array
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: lambda a: np.rot90(a, 3),
}


@pytest.mark.parametrize("orientation", [*UNDONE])
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_every_orientation_is_turned_upright(tmp_path, orientation, suffix):
    upright = np.asarray(scene(7, 64, 48))
    stored = Image.fromarray(np.ascontiguousarray(UNDONE[orientation](upright)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if suffix in ("jpg", "webp") else {}
    path = put(tmp_path, f"phone.{suffix}", stored, exif=exif, **options)
    expected = np.asarray(scene(7, 64, 48).crop((8, 0, 56, 48)), dtype=float)
    pixels, _, changed = _decode.decode(path, 48)
    assert np.abs(pixels - expected).mean() < 3
    assert changed == ("" if orientation == 1 else "turned upright")


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_a_deep_picture_is_turned_upright_too(tmp_path, suffix):
    upright = np.asarray(scene(7, 48, 48).convert("L")).astype(np.uint16) * 257
    exif = Image.Exif()
    exif[0x0112] = 6
    path = put(tmp_path, f"scan.{suffix}", Image.fromarray(np.ascontiguousarray(UNDONE[6](upright))), exif=exif)
    pixels, _, changed = _decode.decode(path, 48)
    assert np.abs(pixels[..., 0] - upright / 257).max() <= 1
    assert changed == "brought to 8 bits; turned upright"


def test_a_damaged_note_does_not_damage_the_photo(tmp_path):
    plain = content(scene(1), quality=95)
    exif = b"Exif\0\0MM\0*" + b"\xff" * 40
    broken = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    put(tmp_path, "plain.jpg", plain)
    put(tmp_path, "broken.jpg", broken)
    assert np.array_equal(photos.read(tmp_path / "broken.jpg", 32), photos.read(tmp_path / "plain.jpg", 32))


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_of_an_animation_the_first_frame_is_taken(folder, suffix):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (GREEN, RED, BLUE)]
    path = put(folder, f"cat/wave.{suffix}", frames[0], save_all=True, append_images=frames[1:])
    found = photos.prepare(folder, 32)
    assert "first of 3 frames" in row(found, f"cat/wave.{suffix}")["changed"]
    assert np.abs(mean_colour(photos.read(path, 32)) - GREEN).max() < 10


def test_a_name_that_lies_about_the_format_does_no_harm(folder):
    put(folder, "cat/really_a_png.jpg", content(scene(60), "PNG"))
    put(folder, "cat/no suffix", content(scene(61)))
    found = photos.prepare(folder, 32)
    assert {"cat/really_a_png.jpg", "cat/no suffix"} <= set(found.files["file"])


ODD_NAMES = [
    "  two  spaces .jpg",
    "Grünfink, Küche & Co. (1).JPG",
    "猫の写真.jpg",
    "🐈.jpg",
    "family 👨\u200d👩\u200d👧.jpg",
    "Screenshot 2024-05-01 at 9.41.00\u202fAM.png",
    "全角\u3000空白.jpg",
    "می\u200cخواهم.jpg",
    "-rf.jpg",
    "semi;colon'quote$HOME%20.jpg",
    "[a-z]*.jpg",
]


def test_odd_names_are_names_and_open_their_files(folder):
    for seed, name in enumerate(ODD_NAMES):
        put(folder, f"cat/{name}", content(scene(70 + seed)))
    found = photos.prepare(folder, 32)
    assert {f"cat/{name}" for name in ODD_NAMES} <= set(found.files["file"])
    for file in found.files["file"]:
        photos.read(folder / file, 32)


needs_any_name = pytest.mark.skipif(sys.platform != "linux", reason="such names cannot be made elsewhere")


@needs_any_name
def test_names_that_would_break_a_line_are_kept_and_escaped_in_texts(folder):
    odd = "cat/new\nline\x1b[31m.jpg"
    put(folder, odd, content(scene(80)))
    put(folder, "dog/bad.jpg", content(scene(80)))
    put(folder, "new\nclass/a.jpg", scene(81))
    put(folder, "new\nclass/b.jpg", scene(82))
    found = photos.prepare(folder, 32)
    assert "another class: dog/bad.jpg" in why(found, odd)
    assert why(found, "dog/bad.jpg") == r"the same picture lies in another class: cat/new\nline\x1b[31m.jpg"
    assert "new\nclass" in found.class_names
    assert r"new\nclass 2" in repr(found).splitlines()[0]


@needs_any_name
def test_classes_that_look_the_same_when_printed_stay_apart(folder):
    for seed, name in enumerate(["x\ny", r"x\ny"]):
        put(folder, f"{name}/a.jpg", scene(80 + seed))
        put(folder, f"{name}/b.jpg", scene(90 + seed))
    assert {"x\ny", r"x\ny"} < set(photos.prepare(folder, 32).class_names)


@needs_any_name
def test_names_that_are_no_text_are_left_out_with_the_advice_to_rename_them(folder):
    odd = os.fsdecode(b"caf\xe9")
    put(folder, f"cat/{odd}.jpg", content(scene(81)))
    put(folder, f"{odd}/a.jpg", scene(82))
    found = photos.prepare(folder, 32)
    assert why(found, r"cat/caf\udce9.jpg") == why(found, r"caf\udce9/") == "its name is no valid text (UTF-8)"
    assert all("Rename it" in advice for advice in found.skipped["what to do"])
    (found.files.to_string() + found.skipped.to_html()).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_printable_name_is_one_line_and_ordinary_ones_stay(name):
    shown = printable(name)
    assert len(shown.splitlines()) == 1
    assert not any(unicodedata.category(one) == "Cc" for one in shown)
    assert shown == name or not name.isprintable()


@pytest.mark.parametrize("twin", [unicodedata.normalize("NFD", "Käse"), "käse", "Käse ", "ＫÄSE"])
def test_classes_that_differ_in_spelling_only_are_pointed_out(folder, twin):
    for seed, name in enumerate(["Käse/a.jpg", "Käse/b.jpg", f"{twin}/c.jpg", f"{twin}/d.jpg"]):
        put(folder, name, scene(30 + seed))
    if len([*folder.iterdir()]) < 4:
        pytest.skip("this file system takes the two names for one")
    found = photos.prepare(folder, 32)
    assert {"Käse", twin} < set(found.class_names)
    warned = [note for note in found.notes if "spaces or the coding of letters" in note]
    assert len(warned) == 1
    assert repr(twin) in warned[0]
    assert "cat" not in warned[0]


def test_photos_in_nested_folders_belong_to_the_class(folder):
    put(folder, "cat/2024/summer/beach/tom.jpg", scene(90))
    deep = "cat/" + "d/" * 200 + "deep.jpg"
    put(folder, deep, content(scene(91)))
    found = photos.prepare(folder, 32)
    assert row(found, "cat/2024/summer/beach/tom.jpg")["class"] == row(found, deep)["class"] == "cat"


# --- Files that are left out, and why


def png_header(width, height):
    """A PNG file that claims a size and holds almost nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def damaged(form):
    """A picture with its data overwritten in the middle."""
    whole = bytearray(content(scene(5, 400, 300), form))
    middle = len(whole) // 2
    whole[middle : middle + 60] = os.urandom(60)
    return bytes(whole)


HOSTILE = {
    "zero.jpg": (b"", "empty: 0 bytes"),
    "cut.jpg": (content(scene(1, 300, 200))[:2_000], "cut off"),
    "cut.png": (content(scene(1, 300, 200), "PNG")[:2_000], "cut off"),
    "cut.gif": (content(scene(1, 300, 200), "GIF")[:2_000], "cut off"),
    "cut.webp": (content(scene(1, 300, 200), "WEBP", lossless=True)[:2_000], "damaged|cut off"),
    "stub.jpg": (content(scene(1))[:12], "damaged|cut off"),
    "stub.png": (content(scene(1), "PNG")[:12], "damaged"),
    "corrupt.png": (damaged("PNG"), "damaged"),
    "cut.avif": (content(scene(1, 300, 200), "AVIF")[:100], "AVIF"),
    "cut.tif": (content(scene(1, 300, 200), "TIFF", compression="tiff_deflate")[:2_000], "TIFF"),
    "song.m4a": (b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0" + bytes(50), "a sound file"),
    "camera.bin": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(50), "raw file"),
    "camera.PEF": (content(scene(2), "TIFF"), "raw file"),
    "preview.tif": (content(scene(2), "TIFF", tiffinfo={254: 1}), "raw file, of which only a preview"),
    "renamed_dng.tif": (content(scene(2), "TIFF", tiffinfo={50706: b"\1\4\0\0"}), "raw file, of which only a preview"),
    "sound.wav": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(50), "no picture"),
    "text.jpg": (b"Dear diary, today I renamed a text file.", "no picture"),
    "page.jpg": (b"\n<!DOCTYPE html><html><body>404 Not Found</body></html>", "web page"),
    "noise.png": (bytes(range(1, 256)) * 4, "no picture"),
    "zeros.jpg": (bytes(5_000), "no picture"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50), "HEIC|damaged"),
    "phone.jpg": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(50), "HEIC|damaged"),
    "clip.mov": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(50), "video"),
    "camera.NEF": (content(scene(2), "TIFF"), "raw file"),
    "bomb.png": (png_header(60_000, 60_000), "too large"),
    "poster.png": (png_header(10_000, 9_001), "10,000 × 9,001 pixels"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no picture"),
    "page.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    "Thumbs.db": (b"\xd0\xcf\x11\xe0" + bytes(50), "operating system"),
    ".DS_Store": (b"\0\0\0\1Bud1" + bytes(50), "hidden"),
    "._cat.jpg": (b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(50), "hidden"),
    ".secret.jpg": (content(scene(3)), "hidden"),
}


@pytest.mark.parametrize("name", [*HOSTILE])
def test_a_bad_file_is_left_out_with_its_reason(folder, name):
    data, reason = HOSTILE[name]
    put(folder, f"cat/{name}", data)
    found = photos.prepare(folder, 32)
    assert any(word in why(found, f"cat/{name}") for word in reason.split("|"))
    assert len(found.files) == 10
    if not name.startswith(".") and name != "Thumbs.db":
        with pytest.raises(photos.PhotoError) as refusal:
            photos.read(folder / "cat" / name, 32)
        assert why(found, f"cat/{name}") in str(refusal.value)


def test_a_png_is_checked_by_its_checksums():
    """Whatever bit is flipped, and wherever it ends in zeros or is cut: it is not what was written."""
    whole = content(Image.fromarray(np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)), "PNG")
    end = len(whole) - 12  # the last chunk, which only says that the file ends
    spoilt = [whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :] for place in range(end)]
    spoilt += [whole[:cut] + bytes(len(whole) - cut) for cut in [*range(8, end, 7), end, end + 4]]
    spoilt += [whole[:cut] for cut in [*range(0, end, 7), end, end + 4]]
    with tempfile.TemporaryDirectory() as folder:
        for data in spoilt:
            with pytest.raises(photos.PhotoError):
                photos.read(put(Path(folder), "some.png", data), 16)
        photos.read(put(Path(folder), "some.png", whole + b"behind the end"), 16)


def test_a_large_file_is_refused_before_it_is_read(folder, monkeypatch):
    path = put(folder, "cat/huge.png", content(scene(1), "PNG"))
    os.truncate(path, _decode.LARGEST_FILE + 1)  # a hole: it takes no room on the disk
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("it was read"))
    with pytest.raises(photos.PhotoError, match="too large: 300 MB; the limit is 300 MB"):
        photos.read(path, 32)


def test_all_bad_files_together_change_nothing(folder):
    alone = photos.prepare(folder, 32)
    for name, (data, _) in HOSTILE.items():
        put(folder, f"cat/{name}", data)
    together = photos.prepare(folder, 32)
    assert len(together.skipped) == len(HOSTILE)
    assert together.notes == alone.notes
    assert np.array_equal(together.x_train, alone.x_train)
    assert np.array_equal(together.x_test, alone.x_test)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_makes_it_crash(data):
    """Cut and overwrite files of each format anywhere: a picture or a `PhotoError`, never another error."""
    form = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "AVIF"]))
    whole = bytearray(content(scene(5, 40, 30), form))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole
    with tempfile.TemporaryDirectory() as place:
        path = put(Path(place), "some.file", bytes(whole))
        try:
            assert photos.read(path, 16).shape == (16, 16, 3)
        except photos.PhotoError as problem:
            assert problem.why


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    def fail(*_):
        raise AssertionError("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    for name in ("bomb.png", "poster.png"):
        path = put(tmp_path, name, HOSTILE[name][0])
        with pytest.raises(photos.PhotoError, match="too large"):
            photos.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_block(folder):
    os.mkfifo(folder / "cat/pipe.jpg")
    assert "neither a file nor a folder" in why(photos.prepare(folder, 32), "cat/pipe.jpg")


def without_rights(call):
    """Call as a user without rights; `root` may read everything."""
    if os.geteuid():
        return call()
    os.seteuid(65_534)
    try:
        return call()
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are of another kind here")
def test_what_may_not_be_read_is_reported():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        for number in range(3):
            put(Path(place), f"a/{number}.png", scene(number))
            put(Path(place), f"b/{number}.png", scene(10 + number))
        shut = put(Path(place), "a/shut.png", scene(20))
        put(Path(place), "b/locked/in.png", scene(21))
        shut.chmod(0)
        (Path(place) / "b/locked").chmod(0)
        try:
            found = without_rights(lambda: photos.prepare(place, 32))
        finally:
            (Path(place) / "b/locked").chmod(0o755)
    assert "no permission" in why(found, "a/shut.png")
    assert "cannot be opened" in why(found, "b/locked/")
    assert len(found.files) == 6


def test_nothing_outside_of_the_folder_is_read(folder, tmp_path, monkeypatch):
    outside = put(tmp_path, "private/diary.jpg", scene(40))
    put(tmp_path, "private/more/b.jpg", scene(41))
    links = {
        "cat/link.jpg": outside,
        "cat/relative.jpg": Path("../../private/diary.jpg"),
        "cat/folder": outside.parent,
        "bird": outside.parent,
        "dog/to nowhere.jpg": tmp_path / "missing.jpg",
        "dog/round": folder,
        "top.jpg": outside,
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    opened = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest, **more: opened.append(path) or real(path, *rest, **more))
    found = photos.prepare(folder, 32)
    assert all("a link" in why(found, name) for name in links)
    assert found.class_names == ("cat", "dog")
    assert len(opened) == 10
    assert all(Path(path).resolve().is_relative_to(folder) for path in opened)


def test_a_link_that_appears_later_is_not_followed_either(folder, tmp_path):
    (folder / "cat/late.jpg").symlink_to(put(tmp_path, "diary.jpg", scene(40)))
    with pytest.raises(photos.PhotoError):
        _decode.decode(folder / "cat/late.jpg", 32)


def test_the_folder_itself_may_be_a_link(folder, tmp_path):
    (tmp_path / "shortcut").symlink_to(folder)
    assert len(photos.prepare(tmp_path / "shortcut", 32).files) == 10


def test_a_file_that_vanishes_is_reported(folder, monkeypatch):
    survey = photos.survey
    monkeypatch.setattr(photos, "survey", lambda root: (survey(root), (root / "cat/0.jpg").unlink())[0])
    assert "there is no file" in why(photos.prepare(folder, 32), "cat/0.jpg")


# --- Doubles and near-duplicates


def test_of_equal_files_in_a_class_one_is_kept(folder):
    put(folder, "cat/0 copy.jpg", (folder / "cat/0.jpg").read_bytes())
    put(folder, "cat/sub/0.jpg", (folder / "cat/0.jpg").read_bytes())
    found = photos.prepare(folder, 32)
    assert [file for file in found.files["file"] if "0" in file and "cat" in file] == ["cat/0 copy.jpg"]
    assert why(found, "cat/0.jpg") == why(found, "cat/sub/0.jpg") == "the same file as cat/0 copy.jpg, which is kept"


def test_equal_files_in_two_classes_are_left_out_though_flat_pictures_are_like_no_other(folder):
    for name in ("cat/a.png", "cat/b.png", "dog/c.png"):
        put(folder, name, Image.new("RGB", (40, 40), GREY))
    found = photos.prepare(folder, 32)
    assert why(found, "cat/a.png") == why(found, "cat/b.png") == "the same picture lies in another class: dog/c.png"
    assert "another class: cat/" in why(found, "dog/c.png")


def test_a_copy_that_is_left_out_is_not_said_to_be_kept(folder):
    put(folder, "cat/0 copy.jpg", (folder / "cat/0.jpg").read_bytes())
    put(folder, "dog/saved again.jpg", scene(0), quality=40)
    found = photos.prepare(folder, 32)
    for name in ("cat/0.jpg", "cat/0 copy.jpg"):
        assert why(found, name) == "the same picture lies in another class: dog/saved again.jpg"


def brighter(picture):
    return ImageEnhance.Brightness(picture).enhance(1.1)


COPIES = {
    "same bytes": lambda picture: content(picture, quality=90),
    "saved again": lambda picture: content(Image.open(io.BytesIO(content(picture, quality=90))), quality=40),
    "smaller": lambda picture: content(picture.resize((60, 47)), "PNG"),
    "darker": lambda picture: content(ImageEnhance.Brightness(picture).enhance(0.8), "WEBP"),
}


@pytest.mark.parametrize("copy", [*COPIES])
def test_a_picture_in_two_classes_is_left_out_of_both(folder, copy):
    put(folder, "dog/misplaced", COPIES[copy](scene(0)))
    found = photos.prepare(folder, 32)
    assert why(found, "cat/0.jpg") == "the same picture lies in another class: dog/misplaced"
    assert why(found, "dog/misplaced") == "the same picture lies in another class: cat/0.jpg"
    assert len(found.files) == 9
    assert "cat/0.jpg" not in set(found.files["file"])


NEAR_COPIES = {
    "resaved": lambda picture: picture,
    "brighter": brighter,
    "flatter": lambda picture: ImageEnhance.Contrast(picture).enhance(0.7),
    "smaller": lambda picture: picture.resize((300, 200)),
    "moved": lambda picture: picture.crop((12, 0, 600, 400)),
}


@pytest.mark.parametrize("change", [*NEAR_COPIES])
@pytest.mark.parametrize("seed", range(4))
def test_near_duplicates_stay_on_one_side(folder, change, seed):
    for number in range(6):
        picture = scene(100 + 10 * seed + number, 600, 400)
        put(folder, f"cat/burst {number} a.jpg", picture, quality=90)
        put(folder, f"cat/burst {number} b.jpg", NEAR_COPIES[change](picture), quality=70)
    found = photos.prepare(folder, 32)
    for number in range(6):
        one, other = row(found, f"cat/burst {number} a.jpg"), row(found, f"cat/burst {number} b.jpg")
        assert one["part"] == other["part"]
        assert one["group"] == other["group"]
    assert found.files["group"].nunique() == len(found.files) - 6
    assert "12 stay beside their near-duplicates." in repr(found)


def test_different_pictures_are_not_taken_for_one_another(folder):
    assert photos.prepare(folder, 32).files["group"].nunique() == 10


def test_flat_pictures_are_like_no_other(folder):
    for number, colour in enumerate([GREY, RED, BLUE]):
        put(folder, f"{'cat' if number else 'dog'}/flat {number}.png", Image.new("RGB", (40, 40), colour))
    found = photos.prepare(folder, 32)
    assert found.files["group"].nunique() == len(found.files) == 13


def camera(number, animal=0):
    """What a fixed camera takes: always the same scene with new noise, and an animal of so many pixels of 128."""
    noise = np.random.default_rng(number).normal(0, 1, (128, 128, 3))
    picture = np.asarray(scene(0, 128, 128)) + noise
    top, left = 25 * (number // 5), 25 * (number % 5)  # never twice in the same place
    place = picture[top : top + animal, left : left + animal]
    place += 30 if animal and place.mean() < 128 else -30
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("size", [32, 128])
def test_a_fixed_camera_takes_different_pictures(tmp_path, size, monkeypatch):
    for number in range(24):
        put(tmp_path, f"{'fox' if number % 2 else 'hare'}/{number}.jpg", camera(number, 13), quality=95)
    with pytest.raises(photos.PhotoError, match=r"fox is too small(.|\n)*together=lambda file: file"):
        photos.prepare(tmp_path, size)  # all of them look alike, so they stay together
    found = photos.prepare(tmp_path, size, together=lambda file: file)
    assert len(found.files) == found.files["group"].nunique() == 24
    assert len(found.skipped) == 0
    assert not any("stay beside" in note for note in found.notes)
    monkeypatch.setattr(_alike, "same_picture", lambda one, other: True)
    with pytest.raises(photos.PhotoError, match="the same picture lies in another class"):
        photos.prepare(tmp_path, size, together=lambda file: file)  # so coarse likeness alone cannot tell them apart


def samples():
    """Photos of the sample folder, which have sharp outlines on blurred grounds."""
    names = [f"flower/{name}" for name in ("IMG_0012.jpg", "IMG_0005.jpg", "photo (22).jpeg", "DSC00003.JPG")]
    return [Image.open(photos.SAMPLE / name).convert("RGB") for name in names]


@pytest.mark.parametrize("size", [32, 128, 224])
def test_copies_are_told_from_pictures_with_something_small_in_them(size):
    def fitted(picture):
        return np.asarray(ImageOps.fit(picture, (size, size), Image.Resampling.BICUBIC))

    for picture in samples():
        copies = [
            picture.resize((picture.width // 2, picture.height // 2)),
            Image.open(io.BytesIO(content(picture, quality=40))),
            Image.open(io.BytesIO(content(ImageEnhance.Brightness(picture).enhance(0.8), "WEBP"))),
        ]
        assert all(_alike.same_picture(fitted(picture), fitted(copy)) for copy in copies)
        visited = picture.copy()
        high, middle = min(picture.size) // 10, (picture.width // 2, picture.height // 2)
        animal = Image.new("RGB", (high, high), "white" if picture.getpixel(middle)[1] < 128 else "black")
        visited.paste(animal, middle)
        assert not _alike.same_picture(fitted(picture), fitted(visited))


def test_photos_of_one_patient_stay_together(folder):
    for patient in range(6):
        for number in range(4):
            name = f"{'cat' if number % 2 else 'dog'}/patient{patient} {number}.jpg"
            put(folder, name, scene(1_000 + 10 * patient + number))
    found = photos.prepare(folder, 32, together=lambda file: file.split("/")[1].split(" ")[0])
    patients = found.files[found.files["file"].str.contains("patient")]
    by_patient = patients.groupby(patients["file"].str.extract(r"(patient\d)", expand=False))
    assert (by_patient["part"].nunique() == 1).all()
    assert (by_patient["group"].nunique() == 1).all()
    assert "24 stay beside photos of their group." in repr(found)


def test_given_groups_take_the_place_of_likeness_and_need_not_be_words(folder):
    for number in range(5):
        put(folder, f"cat/burst {number}.jpg", brighter(scene(number)))
    found = photos.prepare(folder, 32, together=lambda file: int(file[-5]))
    assert found.files["group"].nunique() == 5
    assert (found.files.groupby("group")["file"].agg(lambda files: len({file[-5] for file in files})) == 1).all()


def record(label, number=0, *, pixels=None, group=""):
    """A photo that never was a file."""
    photo = Photo(Path(), f"{label}/{number}", digest=f"{number:064x}", group=group)
    photo.pixels = pixels
    return photo


@given(st.integers(0, 10**6), st.integers(1, 14), st.floats(0.2, 0.9))
def test_groups_are_what_chains_of_correlations_connect(seed, count, near):
    """The oracle: NumPy's correlations, and the transitive closure by Warshall."""
    random = np.random.default_rng(seed)
    pictures = random.normal(128, 30, (count, 16, 16, 3))
    pictures += random.choice([0, 1, 2]) * (pictures[random.permutation(count)] - 128)
    pictures[random.random(count) < 0.1] = 77  # flat: like no other
    pictures = pictures.clip(0, 255).astype(np.uint8)
    reach = np.eye(count, dtype=bool)
    with np.errstate(invalid="ignore"):
        reach |= np.atleast_2d(np.corrcoef(pictures.reshape(count, -1))) >= near
    for middle in range(count):
        reach |= reach[:, [middle]] & reach[[middle]]
    records = [record("cat", number, pixels=picture) for number, picture in enumerate(pictures)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_alike, "NEAR", near)
        patch.setattr(_alike, "_BLOCK", 3)
        _alike.group_alike([records[place] for place in random.permutation(count)])
    assert [photo.group for photo in records] == [records[first].digest for first in reach.argmax(axis=1)]


def test_thousands_of_like_frames_take_little_memory():
    """A list of all pairs, 4.5 million of them, would take more than 200 MB."""
    frames = [record("cat", number, pixels=np.asarray(camera(number % 5).resize((32, 32)))) for number in range(3_000)]
    tracemalloc.start()
    _alike.group_alike(frames)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len({photo.group for photo in frames}) == 1
    assert peak < 30e6


def test_a_large_group_is_warned_of(folder):
    for number in range(11):
        put(folder, f"cat/burst {number}.png", camera(number))
    warnings = [note for note in photos.prepare(folder, 32).notes if "form one group" in note]
    assert len(warnings) == 1
    assert "11 photos" in warnings[0]
    assert "together=lambda file: file" in warnings[0]
    given = photos.prepare(folder, 32, together=lambda file: "a burst" if "burst" in file else file).notes
    assert any(note.startswith("Warning: 11 photos form one group") for note in given)
    assert not any("look alike" in note for note in given)
    (folder / "cat/burst 3.png").unlink()
    assert not [note for note in photos.prepare(folder, 32).notes if "form one group" in note]


@pytest.mark.parametrize("test", [0.05, 0.5, 0.95])
def test_a_share_that_is_far_off_is_warned_of(folder, test):
    found = photos.prepare(folder, 32, test=test)
    share = len(found.y_test) / 10
    warned = [note for note in found.notes if f"{share:.0%} are for testing, not {test:.0%}" in note]
    assert len(warned) == (abs(share - test) > 0.1)


def test_a_far_share_is_met_in_these_tests(folder):
    """The one above must not pass because nothing is ever far off."""
    assert any("are for testing" in note for note in photos.prepare(folder, 32, test=0.01).notes)


# --- The split


def album(draw):
    """Random photos: a group can span classes."""
    size = draw(st.integers(2, 40))
    return [
        record(draw(st.sampled_from("abc")), number, group=str(draw(st.integers(0, 15)))) for number in range(size)
    ]


def parts(records):
    """Group -> its sides, and class -> its sides, among the photos that are used."""
    by_group, by_class = {}, {}
    for photo in records:
        if not photo.why:
            by_group.setdefault(photo.group, set()).add(photo.in_test)
            by_class.setdefault(photo.label, set()).add(photo.in_test)
    return by_group, by_class


@given(st.data(), st.floats(0.05, 0.95))
def test_no_group_is_torn_apart_and_order_does_not_matter(data, test):
    records = album(data.draw)
    split(records, test)
    by_group, _ = parts(records)
    assert all(len(sides) == 1 for sides in by_group.values())
    before = {photo: (photo.in_test, photo.why) for photo in records}
    split(data.draw(st.permutations(records)), test)
    assert {photo: (photo.in_test, photo.why) for photo in records} == before


def divisible(classes):
    """Whether some division of the groups has each class on both sides, by trying all of them."""
    groups = sorted(set().union(*classes))
    for sides in product([False, True], repeat=len(groups)):
        side = dict(zip(groups, sides, strict=True))
        if all(len({side[group] for group in members}) == 2 for members in classes):
            return True
    return False


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.frozensets(st.integers(0, 8), min_size=1, max_size=4), min_size=1),
    st.sampled_from([0.1, 0.3, 0.5, 0.9]),
)
@example({"a": {2, 3, 5}, "b": {1, 2}, "c": {3, 4}, "d": {2, 4}}, 0.1)  # takes several moves, none of them twice
@settings(max_examples=300, deadline=None)
def test_each_class_lies_on_both_sides_if_there_is_a_way(classes, test):
    """The oracle: all divisions of the groups."""
    records = [record(label, group=str(group)) for label, groups in classes.items() for group in groups]
    split(records, test)
    _, by_class = parts(records)
    assert all(len(sides) == 2 for sides in by_class.values())
    kept = [classes[label] for label in by_class]
    assert all(not divisible([*kept, classes[label]]) for label in classes.keys() - by_class.keys())


def test_a_class_that_cannot_lie_on_both_sides_is_left_out_with_its_reason(folder):
    """Three patients, each in two of three classes: two classes can be divided, never the third."""
    for label, patients in {"a": "12", "b": "23", "c": "13"}.items():
        for patient in patients:
            put(folder.parent / "study", f"{label}/{patient}.jpg", scene(hash((label, patient)) % 10_000))
    found = photos.prepare(folder.parent / "study", 32, together=lambda file: file.split("/")[1])
    assert found.class_names == ("a", "b")
    assert set(found.y_train) == set(found.y_test) == {0, 1}
    assert {*found.skipped["file"]} == {"c/1.jpg", "c/3.jpg"}
    assert "c cannot lie on both sides" in why(found, "c/1.jpg")


def test_a_search_that_takes_too_long_is_given_up():
    """150 classes of three groups each among 65 groups: hard to solve, and no reason to run for ever or to fail."""
    random = np.random.default_rng(0)
    memberships = [(f"{number:03}", group) for number in range(150) for group in random.choice(65, 3, replace=False)]
    records = [record(label, group=str(group)) for label, group in memberships]
    split(records, 0.3)
    _, by_class = parts(records)
    assert 130 < len(by_class) < 150
    assert all(len(sides) == 2 for sides in by_class.values())


@given(st.lists(st.text(), unique=True, min_size=4, max_size=40), st.floats(0.05, 0.95))
def test_a_hash_of_the_group_alone_decides(groups, test):
    """So photos stay on their side when others come or go; one moves where its class would lie on one side."""
    records = [record("ab"[number % 2], number, group=group) for number, group in enumerate(groups)]
    split(records, test)
    by_hash = [int(hashlib.sha256(group.encode()).hexdigest()[:12], 16) < test * 16**12 for group in groups]
    for label in (0, 1):
        expected, got = by_hash[label::2], [photo.in_test for photo in records[label::2]]
        assert sum(one != other for one, other in zip(expected, got, strict=True)) == (len(set(expected)) == 1)


@pytest.mark.parametrize("test", [0.1, 0.3, 0.5])
def test_the_share_is_met_on_the_whole(test):
    records = [record("a", number, group=str(number)) for number in range(4_000)]
    split(records, test)
    share = sum(photo.in_test for photo in records) / 4_000
    assert abs(share - test) < 4 * np.sqrt(test * (1 - test) / 4_000)


def test_the_split_survives_renaming_adding_and_running_again(folder, tmp_path):
    def part(place):
        found = photos.prepare(place, 32)
        return {photos.read(place / file, 32).tobytes(): side for file, side in zip(
            found.files["file"], found.files["part"], strict=True)}

    before = part(folder)
    assert part(folder) == before
    for path in sorted(folder.rglob("*.jpg")):
        path.rename(path.with_name(f"renamed {path.name}"))
    for number in range(5):
        put(folder, f"dog/later {number}.jpg", scene(300 + number))
    put(folder, "bird/first.jpg", scene(400))
    put(folder, "bird/second.jpg", scene(401))
    after = part(folder)
    assert {picture: after[picture] for picture in before} == before


# --- Classes and folders


def test_a_class_with_one_picture_is_left_out(folder):
    put(folder, "axolotl/only.jpg", scene(30))
    found = photos.prepare(folder, 32)
    assert "axolotl is too small a class" in why(found, "axolotl/only.jpg")
    assert found.class_names == ("cat", "dog")


def test_a_class_of_near_duplicates_is_left_out(folder):
    put(folder, "burst/a.png", scene(30))
    put(folder, "burst/b.png", brighter(scene(30)))
    found = photos.prepare(folder, 32)
    assert "too small a class" in why(found, "burst/a.png")
    assert "too small a class" in why(found, "burst/b.png")


def test_an_empty_class_is_reported(folder):
    (folder / "unicorn").mkdir()
    (folder / "dragon/scales").mkdir(parents=True)
    found = photos.prepare(folder, 32)
    assert why(found, "unicorn/") == why(found, "dragon/") == "a class folder without a photo"


def test_hidden_folders_stay_closed(folder):
    put(folder, "cat/.ipynb_checkpoints/0.jpg", scene(30))
    put(folder, ".git/objects/a.jpg", scene(31))
    put(folder, "__MACOSX/cat/._0.jpg", b"x")
    found = photos.prepare(folder, 32)
    assert set(found.skipped["file"]) == {"cat/.ipynb_checkpoints/", ".git/", "__MACOSX/"}


def test_loose_files_are_reported(folder):
    put(folder, "loose.jpg", scene(30))
    assert why(photos.prepare(folder, 32), "loose.jpg") == "it lies in no class folder"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(photos.PhotoError, match=r"nowhere' cannot be opened: there is no such folder. Look at"):
        photos.prepare(tmp_path / "nowhere")


@pytest.mark.parametrize("function", [photos.prepare, photos.read])
@pytest.mark.parametrize("name", ["", "~nobody-of-this-name/x", "a\0b", "x" * 5_000])
def test_what_is_no_path_is_explained(folder, monkeypatch, function, name):
    monkeypatch.chdir(folder)
    with pytest.raises(photos.PhotoError, match=None if name else "name of the file or folder is empty"):
        function(name)


def test_a_file_is_no_folder(tmp_path):
    with pytest.raises(photos.PhotoError, match=r"it is a file.*zip"):
        photos.prepare(put(tmp_path, "photos.zip", b"PK"))


def test_a_folder_without_class_folders_is_explained(tmp_path):
    put(tmp_path, "a.jpg", scene(1))
    put(tmp_path, "b.jpg", scene(2))
    with pytest.raises(photos.PhotoError, match=r"no class folder in .*, only 2 loose files"):
        photos.prepare(tmp_path)


def test_an_empty_folder_is_explained(tmp_path):
    with pytest.raises(photos.PhotoError, match="no class folder"):
        photos.prepare(tmp_path)


def test_no_picture_at_all_is_explained(tmp_path):
    put(tmp_path, "cat/a.jpg", b"")
    put(tmp_path, "dog/b.jpg", b"text")
    with pytest.raises(photos.PhotoError, match=r"no class of photos(.|\n)*cat/a.jpg: the file is empty"):
        photos.prepare(tmp_path)


def test_a_single_class_is_explained(tmp_path):
    put(tmp_path, "cat/a.jpg", scene(1))
    put(tmp_path, "cat/b.jpg", scene(2))
    with pytest.raises(photos.PhotoError, match="only the class 'cat'"):
        photos.prepare(tmp_path)


def test_a_folder_that_is_split_already_is_explained(tmp_path):
    put(tmp_path, "train/cat/a.jpg", scene(1))
    put(tmp_path, "Test/cat/b.jpg", scene(2))
    with pytest.raises(photos.PhotoError, match="Test, train: parts of a split"):
        photos.prepare(tmp_path)


@pytest.mark.parametrize("options", [*({"size": size} for size in (4, 5_000, 48.5, "48")), {"test": 0}, {"test": 1}])
def test_nonsense_is_refused(folder, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))}="):
        photos.prepare(folder, **options)


def test_reading_a_missing_photo_is_explained(tmp_path):
    with pytest.raises(photos.PhotoError, match=r"there is no file 'new\.jpg'"):
        photos.read(tmp_path / "new.jpg")


# --- HEIC, with the package that reads it and without


@pytest.fixture
def heic():
    return pytest.importorskip("pillow_heif")


def test_heic_is_read_like_any_other(folder, heic):
    heic.register_heif_opener()
    put(folder, "cat/5.jpg", scene(5, 120, 90), quality=95)
    put(folder, "cat/6.heic", content(scene(6, 120, 90), "HEIF", quality=95))
    put(folder, "cat/IMG_7.JPG", content(scene(7, 120, 90), "HEIF", quality=95))  # what it is counts, not its name
    found = photos.prepare(folder, 32)
    assert len(found.skipped) == 0
    assert len(found.files) == 13
    as_png = put(folder, "cat/6.png", scene(6, 120, 90))
    assert np.abs(photos.read(folder / "cat/6.heic", 32).astype(int) - photos.read(as_png, 32)).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_stands_upright(tmp_path, heic, orientation):
    """Its writer stores how to turn it twice, in the way of the format and in that of cameras; once is enough."""
    heic.register_heif_opener()
    upright = scene(8, 120, 80)
    undo = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    lying, note = upright.copy(), Image.Exif()
    note[0x0112] = undo
    lying.info["exif"] = note.tobytes()
    stored = ImageOps.exif_transpose(with_note(upright, undo))
    note[0x0112] = orientation
    stored.info["exif"] = note.tobytes()
    put(tmp_path, "phone.heic", content(stored, "HEIF", quality=95))
    wanted = photos.read(put(tmp_path, "upright.png", upright), 32).astype(int)
    assert np.abs(photos.read(tmp_path / "phone.heic", 32) - wanted).mean() < 5


def with_note(picture, orientation):
    """The picture, with the camera's note on how it was held."""
    note = Image.Exif()
    note[0x0112] = orientation
    out = picture.copy()
    out.info["exif"] = note.tobytes()
    return out


def test_without_the_package_a_heic_photo_is_left_out_with_the_way_to_get_it(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr(Image, "OPEN", {name: one for name, one in Image.OPEN.items() if name != "HEIF"})
    put(folder, "cat/5.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50))
    found = photos.prepare(folder, 32)
    assert "the package pillow-heif, which reads them, is missing" in why(found, "cat/5.heic")
    assert "%pip install pillow-heif" in found.skipped["what to do"].item()
    assert len(found.files) == 10


# --- A part to choose with


def test_the_three_parts_are_apart_and_nothing_is_lost(tmp_path):
    for number in range(60):
        put(tmp_path, f"{'ab'[number % 2]}/{number}.png", scene(number))
    plain = photos.prepare(tmp_path, 16, test=0.3)
    found = photos.prepare(tmp_path, 16, validation=0.3, test=0.3)
    part = found.files.set_index("file")["part"]
    assert set(part) == {"train", "validation", "test"}
    assert part.value_counts().to_dict() == {
        "train": len(found.y_train), "validation": len(found.y_val), "test": len(found.y_test),
    }
    assert (part == "test").equals(plain.files.set_index("file")["part"] == "test")
    assert 9 <= len(found.y_val) <= 27
    assert set(found.y_val) == {0, 1}
    assert [found.class_names[label] for label in found.y_val] == [*found.files.query("part == 'validation'")["class"]]
    assert f"{len(found.y_val)} to choose with" in repr(found)
    assert len(plain.y_val) == 0
    assert plain.x_val.shape == (0, 16, 16, 3)


def test_a_small_class_has_no_validation(folder):
    for number in (2, 3, 4):
        (folder / f"cat/{number}.jpg").unlink()
    found = photos.prepare(folder, 32, validation=0.3)
    assert set(found.y_train) == set(found.y_test) == {0, 1}
    assert 0 not in found.y_val


@pytest.mark.parametrize("validation", [-0.1, 0.7, 1])
def test_parts_that_leave_nothing_to_learn_from_are_refused(folder, validation):
    with pytest.raises(ValueError, match="nothing to learn from"):
        photos.prepare(folder, 32, validation=validation, test=0.3)


def test_another_draw_divides_otherwise(tmp_path, monkeypatch):
    for number in range(40):
        put(tmp_path, f"{'ab'[number % 2]}/{number}.png", scene(number))
    first = photos.prepare(tmp_path, 16).files["part"]
    monkeypatch.setenv("CNN_COURSE_DRAW", "1")
    assert (photos.prepare(tmp_path, 16).files["part"] != first).any()


# --- A class for the rest


@pytest.mark.parametrize("name", [
    "not hot dog", "Not_hotdog", "no cat", "other", "Others", "rest", "none", "unknown things", "nicht Hund", "기타",
])  # fmt: skip
def test_a_class_for_the_rest_is_known_by_its_name(folder, name):
    (folder / "dog").rename(folder / name)
    assert photos.prepare(folder, 32).rest == name


@pytest.mark.parametrize("name", ["notebook", "nose", "otherwise", "nonna", "restaurant", "개"])
def test_a_class_that_only_begins_like_it_is_a_class(folder, name):
    (folder / "dog").rename(folder / name)
    assert photos.prepare(folder, 32).rest is None


# --- Colab's upload


@pytest.fixture
def colab(monkeypatch, tmp_path):
    """A Colab whose reader chooses a file; returns what to put the choice into."""
    chosen = {}
    module = type(sys)("google.colab")
    module.files = type("Files", (), {"upload": staticmethod(lambda: chosen)})
    monkeypatch.setitem(sys.modules, "google.colab", module)
    monkeypatch.chdir(tmp_path)
    return chosen


def test_an_uploaded_photo_lies_where_it_was_put(colab, tmp_path):
    put(tmp_path, "a.png", scene(1))
    colab["a.png"] = b""
    assert photos.read(photos.upload(), 32).shape == (32, 32, 3)


@pytest.mark.parametrize("inside", ["", "album/"])
def test_an_uploaded_zip_becomes_the_folder_of_class_folders(colab, tmp_path, inside):
    for number in range(5):
        put(tmp_path / "made", f"{inside}cat/{number}.png", scene(number))
        put(tmp_path / "made", f"{inside}dog/{number}.png", scene(10 + number))
    put(tmp_path / "made", "__MACOSX/._album", b"x")
    shutil.make_archive(str(tmp_path / "mine"), "zip", tmp_path / "made")
    colab["mine.zip"] = b""
    assert photos.prepare(photos.upload(), 32).class_names == ("cat", "dog")


def test_an_upload_that_was_called_off_is_explained(colab):
    with pytest.raises(photos.PhotoError, match="No file was chosen"):
        photos.upload()


def test_outside_of_colab_it_is_said_how_to_get_a_file_in():
    with pytest.raises(photos.PhotoError, match="drag the file into the list of files"):
        photos.upload()


# --- The sample folder


def test_the_sample_holds_a_file_for_each_reason():
    found = photos.prepare(photos.SAMPLE, 32)
    assert found.class_names == ("bird", "flower", "mammal")
    assert len(found.files) + len(found.skipped) == 100
    once = ["which is kept", "cut off", "empty", "too large", "a web page", "hidden", "HEIC", "no picture"]
    for reason in [*once, "too small a class", "no class folder"]:
        assert found.skipped["why"].str.contains(reason).sum() == 1, reason
    assert found.skipped["why"].str.contains("another class").sum() == 2
    assert set(found.files["changed"]) == {
        "", "turned upright", "CMYK to RGB", "brought to 8 bits", "first of 2 frames", "transparent parts on white",
    }
    assert found.files["group"].nunique() == len(found.files) - 7
    assert found.notes == ("14 stay beside their near-duplicates.",)


def test_an_altered_sample_is_warned_of(tmp_path, monkeypatch):
    shutil.copytree(photos.SAMPLE, tmp_path / "sample_photos")
    shutil.copy(ROOT / "data/checksums.csv", tmp_path)
    monkeypatch.setattr(_files, "FOLDER", tmp_path)
    monkeypatch.setattr(photos, "SAMPLE", tmp_path / "sample_photos")
    assert "Warning" not in repr(photos.prepare(photos.SAMPLE, 32))
    (photos.SAMPLE / "mammal/Unknown.jpg").unlink()
    assert "Warning: data/sample_photos/mammal/Unknown.jpg is missing." in repr(photos.prepare(photos.SAMPLE, 32))


def test_the_sample_is_credited_and_comes_from_its_tool(tmp_path):
    with (ROOT / "data/sample_photos.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["file"]: row for row in csv.DictReader(table)}
    names = {path.relative_to(photos.SAMPLE).as_posix() for path in photos.SAMPLE.rglob("*") if path.is_file()}
    assert rows.keys() == names
    with (ROOT / "data/cutouts/credits.csv").open(encoding="utf-8", newline="") as table:
        licences = {row["file"].removesuffix(".png"): row["licence"] for row in csv.DictReader(table)}
    assert all(row["licence"] == licences[row["cutout"]] for row in rows.values() if row["cutout"])
    made = {name: content for name, _, content in make_sample_photos.ordinary_files()}
    for name in [*made][::7]:  # decoded, since encoders differ between versions
        again = photos.read(put(tmp_path, "again", made[name]), 64)
        assert np.abs(again.astype(int) - photos.read(photos.SAMPLE / name, 64)).mean() < 1


# --- Nothing is left, and the memory is bounded


def snapshot(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_nothing_is_written(folder, tmp_path):
    before = snapshot(tmp_path)
    photos.prepare(folder, 32)
    assert snapshot(tmp_path) == before


def large_jpeg(seed):
    """A photo of 12 megapixels."""
    return content(scene(seed, 4_000, 3_000), quality=85)


PREPARE = "import sys; from cnn_course import photos; found = photos.prepare(sys.argv[1], 128); "


def test_photos_of_twelve_megapixels_take_little_memory(tmp_path):
    """One such photo takes 36 MB decoded; reading twelve may not add as much as one."""
    for number in range(12):
        put(tmp_path, f"{'ab'[number % 2]}/{number}.jpg", large_jpeg(number % 4) + b"%d" % number)
        put(tmp_path, f"{'ab'[number % 2]}/{number} small.jpg", scene(50 + number))
    code = (
        "import pandas, sys; from cnn_course import photos; from tools import memory; "
        "photos.read(sys.argv[1] + '/a/0 small.jpg'); before = memory.peak(); "
        "found = photos.prepare(sys.argv[1], 128); print(len(found.files), memory.peak() - before)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    number, megabytes = out.stdout.split()[-2:]
    assert int(number) > 12
    assert float(megabytes) < 36


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent in another way")
def test_ctrl_c_leaves_nothing(tmp_path):
    album = tmp_path / "album"
    picture = large_jpeg(1)
    for number in range(400):  # at least ten seconds of work, so that the signal arrives in the middle
        put(album, f"{'ab'[number % 2]}/{number}.jpg", picture + b"%d" % number)
    before = snapshot(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "CNN_COURSE_QUIET"}
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARE, str(album)],
        cwd=tmp_path, env={**environment, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert "of 400 files read" in process.stdout.read(25)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert snapshot(tmp_path) == before


def test_progress_shows_only_after_a_second_and_not_when_quiet(monkeypatch, capsys):
    clock = iter(range(100))
    monkeypatch.setattr(photos.time, "monotonic", lambda: next(clock) * 0.6)
    monkeypatch.delenv("CNN_COURSE_QUIET", raising=False)
    assert [*photos._with_progress([*range(4)])] == [0, 1, 2, 3]
    assert capsys.readouterr().out == "\r1 of 4 files read \r3 of 4 files read \n"
    monkeypatch.setenv("CNN_COURSE_QUIET", "1")
    assert [*photos._with_progress([*range(4)])] == [0, 1, 2, 3]
    assert capsys.readouterr().out == ""
