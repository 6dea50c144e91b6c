"""Measure `cnn_course.photos.prepare` on many photos of 12 megapixels: seconds and memory.

`python3 tasks.py bench photos`: 2,000 photos, at 128 pixels; `python -m tools.bench.photos [NUMBER] [SIZE]`: others.
The photos are made in a temporary folder: forty different ones, each stored several times with other last bytes
(about 3 MB each).
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from tools import memory

DIFFERENT = 40


def make(folder: Path, number: int) -> None:
    """Write JPEG files of 4,000 × 3,000 pixels into two class folders."""
    random = np.random.default_rng(0)
    sources = []
    for one in range(min(DIFFERENT, number)):
        coarse = Image.fromarray(random.integers(0, 256, (30, 40, 3), dtype=np.uint8))
        grain = random.integers(-12, 13, (3_000, 4_000, 1))  # as a camera's; without it, files would be small
        picture = np.clip(np.asarray(coarse.resize((4_000, 3_000), Image.Resampling.BICUBIC)) + grain, 0, 255)
        sources.append(folder / f"{one}.source")
        Image.fromarray(picture.astype(np.uint8)).save(sources[-1], "JPEG", quality=85)
    for label in ("a", "b"):
        (folder / "album" / label).mkdir(parents=True)
    for copy in range(number):
        source = copy % len(sources)
        path = folder / "album" / "ab"[source % 2] / f"{copy}.jpg"
        shutil.copyfile(sources[source], path)
        with path.open("ab") as file:
            file.write(b"%d" % copy)  # behind the picture's end: other bytes, the same picture


def measure(folder: str, size: int) -> None:
    """Prepare the folder with TensorFlow loaded, as in a lesson, and print what it took."""
    import cnn_course as course

    course.start()
    before, began = memory.peak(), time.perf_counter()
    found = course.photos.prepare(folder, size)
    seconds = time.perf_counter() - began
    print(f"{found}\n{seconds:.0f} s; {memory.peak():,.0f} MB at the most, {before:,.0f} MB of them before it began")


def main() -> None:
    """Make the photos, and measure in a process of its own."""
    number, size = [*map(int, sys.argv[1:]), *(2_000, 128)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as place:
        make(Path(place), number)
        total = sum(path.stat().st_size for path in (Path(place) / "album").rglob("*.jpg"))
        print(f"{number:,} files of 12 megapixels, {total / 1e9:.1f} GB", flush=True)
        code = f"from tools.bench.photos import measure; measure({str(Path(place) / 'album')!r}, {size})"
        subprocess.run([sys.executable, "-c", code], check=True)


if __name__ == "__main__":
    main()
