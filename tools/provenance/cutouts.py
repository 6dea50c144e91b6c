"""Make the photo cut-outs in `data/cutouts/` from Debian's package tuxpaint-stamps-default.

    dpkg-deb -x tuxpaint-stamps-default_2022.06.04-1_all.deb FOLDER
    python -m tools.provenance.cutouts FOLDER

Which files were chosen, their classes, groups and credits stand in data/cutouts/credits.csv, which is kept by hand; why
just these is told in data/README.md.
"""

import argparse
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tools.provenance.checksums import DATA, sha256, write_checksums

LONGEST_SIDE = 160  # pixels
STAMPS = Path("usr/share/tuxpaint/stamps")  # where the package keeps them


def read_originals(folder: Path, credits: Path) -> Iterator[tuple[str, Image.Image]]:
    """Read the chosen pictures from the unpacked package.

    Args:
        folder: where the package was unpacked to.
        credits: the table of the chosen files.

    Yields:
        The name of each file to write and the picture, in its original size, RGBA.

    Raises:
        SystemExit: if a file is not there, or is not the one that was chosen.
    """
    with credits.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            path = folder / STAMPS / row["source"]
            if not path.is_file() or sha256(content := path.read_bytes()) != row["sha256"]:
                raise SystemExit(f"{path} is missing, or is not the file with SHA-256 {row['sha256']}.")
            yield row["file"], Image.open(io.BytesIO(content)).convert("RGBA")


def cut_out(picture: Image.Image) -> Image.Image:
    """Crop a picture to what is not transparent, and scale it so that its longest side has at most 160 pixels.

    Colours that cannot be seen become black, so that they take no room in the file.
    """
    picture = _crop(picture)
    scale = min(1.0, LONGEST_SIDE / max(picture.size))
    width, height = (max(1, round(scale * side)) for side in picture.size)
    picture = _crop(picture.resize((width, height), Image.Resampling.LANCZOS))
    visible = picture.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    return Image.composite(picture, Image.new("RGBA", picture.size), visible)


def _crop(picture: Image.Image) -> Image.Image:
    return picture.crop(picture.getchannel("A").getbbox())


def main() -> None:
    """Make the cut-outs and bring `data/checksums.csv` up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the package was unpacked to")
    cutouts = DATA / "cutouts"
    for name, picture in read_originals(parser.parse_args().folder, cutouts / "credits.csv"):
        cut_out(picture).save(cutouts / name, optimize=True)
    write_checksums()


if __name__ == "__main__":
    main()
