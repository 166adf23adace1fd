"""No heading takes long to read, whatever it is made of."""

from __future__ import annotations

import subprocess
import sys

import pytest

READ = """
import sys
from labkit.printing.notebook import Cell
from labkit.printing.plan import POINTS
text = sys.argv[1] * (200_000 // len(sys.argv[1])) + "x"
for source in (text, "# " + text, "# a" + text):
    for level, heading in Cell("markdown", source).headings():
        POINTS.sub("", heading)
print("read")
"""


@pytest.mark.parametrize("piece", ["# ", " ", "#", " (", "(point ", " #)", "```\\n~~~\\n", "a b ", "\\t"])
def test_a_heading_of_any_length_is_read(piece: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, piece.encode().decode("unicode_escape")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "read\n", done.stderr


def test_a_heading_ends_before_its_closing_hashes() -> None:
    from labkit.printing.notebook import Cell

    source = "# One #\n\n   ## Two (1 point)  \n```\n# no\n```\n#no\n### \n    # no"
    assert Cell("markdown", source).headings() == [(1, "One"), (2, "Two (1 point)"), (3, "")]
