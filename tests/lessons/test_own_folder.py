"""Lesson 14 promises that every cell works with any folder: all of its code, with three folders written on the fly."""

import os
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from PIL import Image, ImageFilter

from tools.lessons import ROOT

CAT, HOT_DOG, REST = "고양이", "핫 도그", "not 핫 도그"  # one class for whatever is none of the two
TINTS = {CAT: (200, 120, 60), HOT_DOG: (60, 140, 200), REST: (120, 200, 90)}


def write_photos(folder):
    """Eight photos a class, of one tint each; two of the first classes' are HEIC."""
    heic = pytest.importorskip("pillow_heif")
    heic.register_heif_opener()
    for place, (name, tint) in enumerate(TINTS.items()):
        (folder / name).mkdir(parents=True)
        for number in range(8):
            rng = np.random.default_rng([place, number])
            noise = Image.fromarray(rng.integers(0, 256, (8, 10, 3), dtype=np.uint8)).resize((200, 160))
            photo = Image.blend(noise, Image.new("RGB", noise.size, tint), 0.4).filter(ImageFilter.SMOOTH)
            suffix = "heic" if number < 2 and name != REST else "jpg"
            photo.save(folder / name / f"사진 {number}.{suffix}", quality=90)


def program(folder):
    """All code cells of the lesson as one program, with the learner's folder for the sample."""
    (path,) = (ROOT / "notebooks").glob("14_*.ipynb")
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    code = "\n\n".join(map(TransformerManager().transform_cell, cells))
    code, changed = re.subn(r"^folder = course\.photos\.SAMPLE.*$", f"folder = {str(folder)!r}", code, flags=re.M)
    assert changed == 1, "the learner changes one line"
    return "import matplotlib\nmatplotlib.use('Agg')\n" + code + "\nprint('rest:', found.rest, names)\n"


def test_the_lesson_runs_with_a_folder_of_ones_own(tmp_path):
    write_photos(tmp_path / "내 사진")
    (tmp_path / "lesson.py").write_text(program(tmp_path / "내 사진"), encoding="utf-8")
    settings = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "CNN_COURSE_QUIET": "1", "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [sys.executable, "lesson.py"], cwd=tmp_path, env=os.environ | settings, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr[-3_000:]
    assert f"rest: {REST} {tuple(sorted(TINTS))}" in run.stdout
    for key in ("every file is used or listed", "no group lies in two parts", "gives the same names"):
        assert re.search(f"^✓ .*{key}", run.stdout, re.M), run.stdout
    photo = tmp_path / "내 사진" / CAT / "사진 0.heic"
    named = subprocess.run(
        [sys.executable, tmp_path / "predict_photo.py", photo],
        cwd=tmp_path.parent, env=os.environ | {"PYTHONPATH": "", "PYTHONUTF8": "1"}, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    assert named.returncode == 0, named.stderr[-2_000:]
    assert named.stdout.split("\t")[1] in TINTS
