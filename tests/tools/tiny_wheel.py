"""Packages of a few bytes, so that an installation can be tried in earnest without a network.

Copied into a course's folder, this file is its build backend, too (PEP 660).
"""

import hashlib
import zipfile
from pathlib import Path


def wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write version 1.0 of a package with these files as a wheel."""
    about = f"{name}-1.0.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    archive = Path(folder, f"{name}-1.0-py3-none-any.whl")
    with zipfile.ZipFile(archive, "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
    return archive


def locked(archive: Path) -> str:
    """Line of a lock file for a wheel."""
    return f"{archive.name.split('-')[0]}==1.0 --hash=sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}\n"


def build_editable(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    """Make a wheel that puts the current folder on Python's path, when pip asks for it."""
    return wheel(wheel_directory, "cnn_course", {"cnn_course.pth": f"{Path.cwd()}\n"}).name
