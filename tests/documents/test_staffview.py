"""A written answer in formgrader: Markdown without anything that acts when a grader looks at it or clicks."""

from html.parser import HTMLParser

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.documents.staffview import FILTER


class Targets(HTMLParser):
    """Where the links and pictures of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def shown(source: str, **attachments: str) -> str:
    cell = new_markdown_cell(
        source, attachments={name: {"image/png": data} for name, data in attachments.items()}
    )
    config = Config()
    config.HTMLExporter.filters = {"markdown2html": FILTER}
    page, _ = HTMLExporter(config=config).from_notebook_node(new_notebook(cells=[cell]))
    return page.partition("<main>")[2]


@pytest.mark.parametrize(
    "link",
    [
        "[my derivation](javascript:alert(1))",
        "[my derivation](JaVaScRiPt:alert(1))",
        "[my derivation](&#106;avascript:alert(1))",
        "[my derivation]( javascript:alert(1))",
        "[my derivation][1]\n\n[1]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "[my derivation](vbscript:alert(1))",
        "[my derivation](data:text/html,<script>alert(1)</script>)",
        "![my derivation](javascript:alert(1))",
        "<a href='javascript:alert(1)'>my derivation</a>",
    ],
)
def test_a_link_that_runs_code_leads_nowhere(link: str) -> None:
    page = Targets(shown(link))
    assert all(target.startswith("#") for target in page.found), page.found


def test_links_and_attached_pictures_are_shown() -> None:
    assert 'href="https://numpy.org"' in shown("[NumPy](https://numpy.org)")
    assert 'src="data:image/png;base64,iVBOR"' in shown(
        "![a plot](attachment:plot.png)", **{"plot.png": "iVBOR"}
    )


def test_a_picture_from_elsewhere_is_a_link() -> None:
    page = shown("![the plot](https://example.org/seen.png)")
    assert "<img" not in page and 'href="https://example.org/seen.png"' in page and "the plot" in page
