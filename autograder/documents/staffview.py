"""Students' Markdown as formgrader and nbgrader's feedback show it: without HTML of the student's making.

Formgrader can change every score; a script in a written answer would run with its rights. A picture from elsewhere would
tell its owner when the answer is read.
"""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

FILTER = "autograder.documents.staffview.markdown_to_html"


class _Renderer(IPythonRenderer):
    def image(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith(("attachment:", "data:image/")):
            return str(super().image(text, url, title))
        return str(self.link(text or url, url, title))


@pass_context
def markdown_to_html(context: Any, source: str) -> str:
    """Markdown as HTML, any HTML in it as text; links that run code are made harmless."""
    cell = context.get("cell", {})
    renderer = _Renderer(escape=True, allow_harmful_protocols=False, attachments=cell.get("attachments", {}))
    return str(MarkdownWithMath(renderer=renderer).render(source))
