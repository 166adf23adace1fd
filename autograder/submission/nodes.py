"""Cells and outputs made without a check of each: nbformat's own makers spend most of a merge on that.

A notebook is checked as a whole when it is written.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat.corpus.words import generate_corpus_id
from nbformat.notebooknode import NotebookNode


def new_cell(kind: str, source: str) -> NotebookNode:
    """A cell of kind "code", "markdown" or "raw", with an id of its own."""
    made = {"id": generate_corpus_id(), "cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(made)


def new_stream(text: str, name: str = "stdout") -> NotebookNode:
    """What was printed."""
    return nbformat.from_dict({"output_type": "stream", "name": name, "text": text})


def new_error(name: str, message: str, traceback: list[str]) -> NotebookNode:
    """An exception."""
    return nbformat.from_dict(
        {"output_type": "error", "ename": name, "evalue": message, "traceback": traceback}
    )


def new_display(data: dict[str, Any]) -> NotebookNode:
    """What was shown, by MIME type."""
    return nbformat.from_dict({"output_type": "display_data", "data": data, "metadata": {}})


def new_result(data: dict[str, Any]) -> NotebookNode:
    """The value of a cell's last line, by MIME type."""
    return nbformat.from_dict(
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
    )
