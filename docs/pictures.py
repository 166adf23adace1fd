"""Make the pictures in docs/images that need no server: `make pictures` makes all. Needs Chromium on the machine.

check-report.png    a failing check as a notebook shows it
hw1.png …           a plot from a solution notebook of each homework
feedback.png        the top of a student's feedback page, from the demo (run `make demo` first)
report.png          the top of the class report, from the demo
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image, ImageChops

from autograder.homework import Course
from autograder.validate import copy_solution, run_notebook

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
GALLERY = {  # homework: notebook, and the id of the cell whose last picture is shown
    "hw1": ("matrix_calculus", "calculus-v-picture"),
    "hw2": ("knn", "knn-first-error"),
    "hw3": ("computational_graphs", "graphs-neuron-picture"),
    "hw4": ("initialization", "initialization-tanh-histograms"),
    "hw5": ("conv_layers", "conv_layers-field-look"),
    "hw6": ("word_window_ner", "ner-map"),
}
MARGIN = 20  # pixels of white around a picture
REPORT = """
import sys
sys.path.insert(0, ".")
from pathlib import Path
from labkit.checks.live import run_question
report = run_question("softmax.loss_and_grad", Path.cwd(), {})
print('<meta charset="utf-8"><body style="background:#fff;margin:14px">' + report._repr_html_())
"""


def screenshot(page: Path, image: Path, width: int, height: int) -> None:
    """Render the top of a page with headless Chromium, and cut off what is empty below and beside it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit(
            "docs/pictures.py needs Chromium: install it (Debian: apt-get install chromium) and run again."
        )
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        flags += [
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            "--force-device-scale-factor=2",
        ]
        command = [browser, *flags, f"--screenshot={image}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
    with Image.open(image) as picture:
        rendered = picture.convert("RGB")
    content = ImageChops.difference(rendered, Image.new("RGB", rendered.size, "white")).getbbox()
    if content is not None:
        left, top, right, bottom = content
        room = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
        rendered.crop((*np.maximum(room[:2], 0), *np.minimum(room[2:], rendered.size))).save(
            image, optimize=True
        )


def check_report(folder: Path) -> None:
    """A gradient that forgets the regularization, in the released homework."""
    shutil.copytree(ROOT / "assignments" / "hw2", folder / "hw2")
    wrong = ROOT / "samples/hw2/modules/wrong/softmax_slow_no_penalty.py"
    shutil.copyfile(wrong, folder / "hw2/nndl/softmax.py")
    made = subprocess.run([sys.executable, "-c", REPORT], cwd=folder / "hw2", check=True, capture_output=True)
    page = folder / "report.html"
    page.write_bytes(made.stdout)
    screenshot(page, IMAGES / "check-report.png", 780, 900)


def plot(homework: str, folder: Path) -> None:
    """The last picture of a notebook's cell, in a run that ends there."""
    course, (name, wanted) = Course(ROOT), GALLERY[homework]
    copy_solution(course.homework(homework), course.assignments / homework, folder / homework)
    path = folder / homework / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    end = next(number for number, cell in enumerate(notebook.cells, 1) if cell.id == wanted)
    notebook.cells = notebook.cells[:end]
    nbformat.write(notebook, path)
    run = run_notebook(path)
    if run.error:
        sys.exit(f"{homework}, {name}.ipynb: {run.error}")
    pictures = [
        output.data["image/png"]
        for output in run.notebook.cells[-1].outputs
        if "image/png" in output.get("data", {})
    ]
    (IMAGES / f"{homework}.png").write_bytes(base64.b64decode(pictures[-1]))


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    for homework in GALLERY:
        with tempfile.TemporaryDirectory() as scratch:
            plot(homework, Path(scratch))
    with tempfile.TemporaryDirectory() as scratch:
        check_report(Path(scratch))
    feedback = ROOT / "demo/feedback/emma/hw2/emma.html"
    report = ROOT / "demo/report/hw2/index.html"
    for page, name, width in ((feedback, "feedback.png", 900), (report, "report.png", 1100)):
        if page.is_file():
            screenshot(page, IMAGES / name, width, 700)


if __name__ == "__main__":
    main()
