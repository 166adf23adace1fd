"""What a PDF costs: this project's way, and nbconvert's own ways on the same notebooks.

python benchmarks/pdf.py [COURSE] [--homework hw2] [--class 300] [--processes 2] [--notebooks 6]

COURSE holds submissions: `autograder demo` makes such a folder, demo/. Every submission of the class is a copy of one of
them with pictures and outputs of its own, so that nothing is drawn once for many that would not be in a real class.
nbconvert's ways print each notebook by itself: webpdf with Chromium (`pip install nbconvert[webpdf]`; the computer's own
Chromium is used where Playwright has none) and LaTeX (where xelatex is installed).
Wall time depends on what else the machine does; processor time, of all processes together, hardly.
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
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
import pymupdf
from PIL import Image

from autograder.documents.pdf import write_class
from autograder.homework import Course

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
        print(f"{len(found)} submissions of {homework.name}, {len(homework.notebooks)} notebooks each")
        ours(homework, alone, room / "alone", 1)
        many = {f"t{n}": copy(found[n % len(found)], room / f"many{n}", 1000 + n) for n in range(chosen.size)}
        ours(homework, many, room / "many", chosen.processes)
        notebooks = [path for folder in alone.values() for path in sorted(folder.glob("*.ipynb"))][
            : chosen.notebooks
        ]
        for way, export in (("webpdf", webpdf), ("LaTeX", latex)):
            theirs(way, export, notebooks)


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


def ours(homework: Any, submissions: dict[str, Path], out: Path, processes: int) -> None:
    """Print a class and say what it took."""
    wall, processor = time.perf_counter(), used()
    reports = write_class(homework, submissions, out, jobs=processes)
    wall, processor = time.perf_counter() - wall, used() - processor
    assert all(report.path is not None for report in reports)
    each = [report.seconds / len(homework.notebooks) for report in reports]
    notebooks = len(reports) * len(homework.notebooks)
    print(
        f"this project, {len(reports)} submissions, {processes} process{'es' if processes > 1 else ''}: "
        f"{wall:.0f} s; a notebook: median {statistics.median(each):.2f} s, processor {processor / notebooks:.2f} s; "
        f"{sum(report.pages for report in reports)} pages"
    )


def theirs(way: str, export: Callable[[Path], bytes], notebooks: list[Path]) -> None:
    """Print notebooks one after the other and say what it took."""
    walls, processors, pages = [], [], 0
    for path in notebooks:
        wall, processor = time.perf_counter(), used()
        try:
            pdf = export(path)
        except Exception as error:
            print(f"nbconvert, {way}: could not be run ({str(error).strip().splitlines()[0][:150]})")
            return
        walls.append(time.perf_counter() - wall)
        processors.append(used() - processor)
        with pymupdf.open(stream=pdf) as document:
            pages += len(document)
    print(
        f"nbconvert, {way}, {len(notebooks)} notebooks: a notebook: median {statistics.median(walls):.2f} s, "
        f"processor {statistics.mean(processors):.2f} s; {pages} pages"
    )


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
