"""Write `data/checksums.csv`: the SHA-256 and the size of every data file, which `cnn_course.data` verifies."""

import csv
import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
NOT_DATA = {"README.md", "checksums.csv", "reference_runs.csv"}


def sha256(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_checksums(data: Path = DATA) -> None:
    """List every data file below a folder, sorted by name, with its SHA-256 and its size in bytes.

    Args:
        data: the folder; its `checksums.csv` is replaced.
    """
    files = {path.relative_to(data).as_posix(): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    with (data / "checksums.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "sha256", "bytes"])
        for name in sorted(set(files) - NOT_DATA):
            writer.writerow([name, sha256(files[name]), len(files[name])])


if __name__ == "__main__":
    write_checksums()
