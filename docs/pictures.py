"""Make the pictures in docs/images: `python docs/pictures.py`. Needs Chromium on the machine.

check-report.png    a failing check as a notebook shows it
feedback.png        the top of a student's feedback page, from the demo (run `make demo` first)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
REPORT = """
import sys
sys.path.insert(0, ".")
from pathlib import Path
from labkit.checks.live import run_question
report = run_question("softmax.fast_loss_and_grad", Path.cwd(), {})
print('<meta charset="utf-8"><body style="background:#fff;margin:14px">' + report._repr_html_())
"""


def screenshot(page: Path, image: Path, width: int, height: int) -> None:
    """Render a page with headless Chromium."""
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


def check_report(folder: Path) -> None:
    """A gradient without the 1/N, in the released homework."""
    shutil.copytree(ROOT / "assignments" / "hw2", folder / "hw2")
    wrong = ROOT / "samples/hw2/modules/wrong/softmax_no_mean.py"
    shutil.copyfile(wrong, folder / "hw2/nndl/softmax.py")
    made = subprocess.run([sys.executable, "-c", REPORT], cwd=folder / "hw2", check=True, capture_output=True)
    page = folder / "report.html"
    page.write_bytes(made.stdout)
    screenshot(page, IMAGES / "check-report.png", 860, 620)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        check_report(Path(scratch))
    feedback = ROOT / "demo/feedback/emma/hw2/emma.html"
    if feedback.is_file():
        screenshot(feedback, IMAGES / "feedback.png", 900, 1100)


if __name__ == "__main__":
    main()
