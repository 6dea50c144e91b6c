"""Lessons: starting, an epoch of lesson 06 beside its floor, and the methods of lesson 13."""

import ast
import contextlib
import io
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from cnn_course import costs
from tools.bench import Call, python, side_by_side
from tools.lessons import ROOT, lessons

WHOLE_CNN = lessons("06")[0].path
TRANSFER = lessons("13")[0].path


def starting() -> list[dict[str, object]]:
    """Imports, and `start`, each in a process of its own."""
    light = ["pass", "import numpy", "import cnn_course", "import cnn_course.layers"]
    heavy = ["import keras", "import cnn_course as course; course.start()"]
    seconds = side_by_side(5, {code: lambda code=code: python(code) for code in light})  # type: ignore[misc]
    seconds |= side_by_side(3, {code: lambda code=code: python(code) for code in heavy})  # type: ignore[misc]
    bare, keras = seconds["pass"], seconds["import keras"]
    return [
        {
            "code": code,
            "seconds": f"{s:.2f}",
            "beyond bare Python": f"{s - bare:.2f}",
            "against import keras": f"{s / keras:.2f}",
        }
        for code, s in seconds.items()
    ]


def epoch() -> list[dict[str, object]]:
    """Training of lesson 06's net against a plain matrix product of as many multiply-adds."""
    lesson = read_lesson()
    if lesson is None:
        return []
    cnn, images, batch = lesson
    cnn.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    part = min(images, 5_000)
    x = rng.random((part, *cnn.input_shape[1:])).astype(np.float32)
    y = rng.integers(0, cnn.output_shape[-1], part)
    square = rng.normal(size=(1024, 1024)).astype(np.float32)
    calls: dict[str, Call] = {
        "training": lambda: cnn.fit(x, y, batch_size=batch, verbose=0),
        "product": lambda: square @ square,
    }
    seconds = side_by_side(3, calls)
    # Backward, each product of the forward pass has two of its size: by the weights, and by the input.
    multiply_adds = 3 * images * int(costs.summary(cnn)["multiply_adds"].sum())
    training, floor = seconds["training"] * images / part, seconds["product"] * multiply_adds / len(square) ** 3
    print(f"{images:,} pictures in batches of {batch}; timed on {part:,} and scaled up.")
    return [
        {
            "multiply-adds": f"{multiply_adds:.3g}",
            "training, s": f"{training:.2f}",
            "floor, s": f"{floor:.2f}",
            "training / floor": f"{training / floor:.3g}",
        }
    ]


def code_of(lesson: Path) -> list[str]:
    """Sources of the code cells; none, and a word, if the lesson is not there."""
    if not lesson.exists():
        print(f"left out: there is no {lesson.relative_to(ROOT).as_posix()}")
        return []
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def read_lesson() -> tuple[Any, int, int] | None:
    """The net of lesson 06 as its cell builds it, and its laptop sizes; None, and a word, if they are not to be had."""
    import keras

    sources = code_of(WHOLE_CNN)
    source = next((text for text in sources if re.search(r"^cnn = keras\.Sequential", text, re.MULTILINE)), None)
    images = re.search(r"images=\(([\d_]+)", "\n".join(sources))
    if source is None or images is None:
        print("left out: lesson 06 has no cell with `cnn = keras.Sequential`, or no `images=(...)`")
        return None
    batch = re.search(r"batch_size=(\d+)", "\n".join(sources))
    for statement in ast.parse(source).body:
        if ast.unparse(statement).startswith("cnn = "):
            names: dict[str, Any] = {"keras": keras}
            exec(compile(ast.Module([statement], []), str(WHOLE_CNN), "exec"), names)
            return names["cnn"], int(images[1]), int(batch[1]) if batch else 32
    return None


def methods() -> list[dict[str, object]]:
    """Seconds of each method of lesson 13, run here as the lesson has it.

    The lesson keeps what a method reaches in `result["name of the method"] = ...`. What was run since the method
    before, such as the features it is given, is its preparation.
    """
    sources = code_of(TRANSFER)
    if not sources:
        return []
    from IPython.core.inputtransformer2 import TransformerManager

    os.environ["CNN_COURSE_QUIET"] = "1"
    mpl.use("agg")
    plain = TransformerManager().transform_cell  # type: ignore[no-untyped-call]
    statements = [statement for source in sources for statement in ast.parse(plain(source)).body]
    last = max((place for place, statement in enumerate(statements) if _method_of(statement)), default=-1)
    names: dict[str, Any] = {"__name__": "__main__"}
    rows: list[dict[str, object]] = []
    seconds = 0.0
    for statement in statements[: last + 1]:
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(ast.Module([statement], []), str(TRANSFER), "exec"), names)
        taken = time.perf_counter() - start
        if method := _method_of(statement):
            rows.append({"method": method, "seconds": f"{taken:.1f}", "preparation": f"{seconds:.1f}"})
        seconds = 0.0 if "result" in _assigned(statement) else seconds + taken
    return rows


def _assigned(statement: ast.stmt) -> list[str]:
    """Names of what a statement assigns to: `result` for `result = ...` and for `result[...] = ...`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _method_of(statement: ast.stmt) -> str | None:
    """The name in `result["name"] = ...`."""
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="result"), slice=ast.Constant(value=str(name)))]):
            return name
    return None
