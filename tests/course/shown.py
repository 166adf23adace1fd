"""The commands that a page of the documentation shows."""

from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent
SHELL = "sh"


@dataclass(frozen=True)
class Block:
    """A block of code: its language ("" for an indented one), text and first line."""

    language: str
    text: str
    line: int


def blocks(page):
    """The blocks of code of a page, in order."""
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    return [
        Block(token.info.strip(), token.content, (token.map or [0])[0] + 1)
        for token in tokens
        if token.type in ("fence", "code_block")
    ]


def commands(page):
    """The shell commands of a page, one string a line, without comments."""
    shown = []
    for block in blocks(page):
        if block.language == SHELL:
            lines = (line.partition("  #")[0].strip() for line in block.text.splitlines())
            shown += [line for line in lines if line and not line.startswith("#")]
    return shown
