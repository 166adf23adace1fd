"""What a PDF costs: this project's way, and nbconvert's own ways on the same notebooks.

python benchmarks/pdf.py [COURSE] [--homework hw2] [--class 300] [--processes 2] [--notebooks 6]

COURSE holds submissions: `autograder demo` makes such a folder, demo/. Every submission of the class is a copy of one of
them with pictures and outputs of its own, so that nothing is drawn once for many that would not be in a real class.
nbconvert's ways print each notebook by itself: webpdf with Chromium (`pip install nbconvert[webpdf]`; the computer's own
Chromium is used where Playwright has none) and LaTeX (where xelatex is installed).
Wall time depends on what else the machine does; processor time, of all processes together, hardly. What is measured is
written to docs/figures/pdf.json, from which docs/scale.py makes its table.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
import pymupdf
from PIL import Image

from autograder.documents.pdf import write_class
from autograder.homework import Course

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "figures" / "pdf.json"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("course", nargs="?", type=Path, default=Path("demo"))
    parser.add_argument("--homework", default="hw2")
    parser.add_argument("--class", dest="size", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--notebooks", type=int, default=6, help="how many nbconvert prints")
    chosen = parser.parse_args()
    homework = Course(chosen.course).homework(chosen.homework)
    found = sorted(
        path for path in chosen.course.glob(f"submitted/*/{homework.name}") if readable(path, homework)
    )
    if not found:
        sys.exit(
            f"No complete submissions in {chosen.course}: make a class with  autograder demo {homework.name}"
        )
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        alone = {
            f"s{n}": copy(found[n % len(found)], room / f"one{n}", n) for n in range(min(20, chosen.size))
        }
        rows = [ours(homework, alone, room / "alone", 1)]
        many = {f"t{n}": copy(found[n % len(found)], room / f"many{n}", 1000 + n) for n in range(chosen.size)}
        rows.append(ours(homework, many, room / "many", chosen.processes))
        notebooks = [path for folder in alone.values() for path in sorted(folder.glob("*.ipynb"))][
            : chosen.notebooks
        ]
        for way, export in (("webpdf", webpdf), ("LaTeX", latex)):
            rows += theirs(way, export, notebooks)
    record = {"when": f"{date.today()}", "homework": homework.name, "rows": [asdict(row) for row in rows]}
    OUTPUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


@dataclass
class Row:
    """What one way of printing took.

    Attributes:
        way: its name.
        processes: that print at the same time.
        seconds: wall time of all, in seconds.
        median: wall time of a notebook, in seconds.
        processor: processor time of a notebook, in seconds.
    """

    way: str
    processes: int
    notebooks: int
    pages: int
    seconds: float
    median: float
    processor: float


def readable(folder: Path, homework: Any) -> bool:
    """Whether all notebooks of a submission are whole: nbconvert prints no others."""
    try:
        for notebook in homework.notebooks:
            nbformat.read(folder / f"{notebook}.ipynb", as_version=4)
    except Exception:
        return False
    return True


def copy(folder: Path, target: Path, number: int) -> Path:
    """A copy of a submission whose pictures and printed outputs no other copy has."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("checks", "labkit"))
    for path in target.glob("*.ipynb"):
        content = json.loads(path.read_text())
        for output in (output for cell in content["cells"] for output in cell.get("outputs", ())):
            if "text" in output:
                output["text"] = [*output["text"], f"\n{number}"]
            if png := output.get("data", {}).get("image/png"):
                picture = Image.open(io.BytesIO(base64.b64decode("".join(png)))).copy()
                picture.putpixel((number % 50, number // 50), 0 if picture.mode == "P" else (9, 9, 9, 255))
                stream = io.BytesIO()
                picture.save(stream, format="PNG", compress_level=1)
                output["data"]["image/png"] = base64.b64encode(stream.getvalue()).decode()
        path.write_text(json.dumps(content))
    return target


def ours(homework: Any, submissions: dict[str, Path], out: Path, processes: int) -> Row:
    """Print a class and say what it took."""
    wall, processor = time.perf_counter(), used()
    reports = write_class(homework, submissions, out, jobs=processes)
    wall, processor = time.perf_counter() - wall, used() - processor
    assert all(report.path is not None for report in reports)
    each = [report.seconds / len(homework.notebooks) for report in reports]
    notebooks = len(reports) * len(homework.notebooks)
    pages = sum(report.pages for report in reports)
    return shown(
        Row(
            "autograder pdf",
            processes,
            notebooks,
            pages,
            wall,
            statistics.median(each),
            processor / notebooks,
        )
    )


def theirs(way: str, export: Callable[[Path], bytes], notebooks: list[Path]) -> list[Row]:
    """Print notebooks one after the other and say what it took; no row where it cannot be run."""
    walls, processors, pages = [], [], 0
    for path in notebooks:
        wall, processor = time.perf_counter(), used()
        try:
            pdf = export(path)
        except Exception as error:
            print(f"nbconvert, {way}: could not be run ({str(error).strip().splitlines()[0][:150]})")
            return []
        walls.append(time.perf_counter() - wall)
        processors.append(used() - processor)
        with pymupdf.open(stream=pdf) as document:
            pages += len(document)
    median, processor = statistics.median(walls), statistics.mean(processors)
    return [shown(Row(f"nbconvert, {way}", 1, len(notebooks), pages, sum(walls), median, processor))]


def shown(row: Row) -> Row:
    """The row, after it is printed."""
    print(
        f"{row.way}, {row.processes} at a time: {row.notebooks} notebooks, {row.pages} pages in {row.seconds:.0f} s; "
        f"a notebook: median {row.median:.2f} s, processor {row.processor:.2f} s"
    )
    return row


def used() -> float:
    """Processor time of this process and of those that it has waited for, in seconds."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def webpdf(path: Path) -> bytes:
    """Nbconvert's webpdf; as root Chromium runs without its sandbox."""
    from nbconvert import WebPDFExporter
    from playwright.async_api import BrowserType

    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    launch = BrowserType.launch

    async def own(self: BrowserType, **options: Any) -> Any:
        return await launch(self, **{**options, "executable_path": program})

    with patch.object(BrowserType, "launch", own if program else launch):
        return WebPDFExporter(disable_sandbox=True).from_filename(str(path))[0]


def latex(path: Path) -> bytes:
    """Nbconvert's way through LaTeX."""
    from nbconvert import PDFExporter

    if shutil.which("xelatex") is None:
        raise RuntimeError("xelatex is not installed")
    return PDFExporter().from_filename(str(path))[0]


if __name__ == "__main__":
    main()
