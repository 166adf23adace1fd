"""Every formula that the homeworks print, and the symbols that answers to them need, can be set."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from labkit.printing.images import Pictures
from labkit.printing.markdown import Converter, Text
from labkit.printing.press import Press

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "solutions").glob("hw*/*.ipynb"))
SYMBOLS = r"""\odot \otimes \oplus \ominus \bigodot \bigotimes \bigoplus \circ \ast \star \cdot \times \div \pm \mp \langle
\rangle \lfloor \rceil \emptyset \varnothing \triangleq \propto \mid \parallel \perp \ell \hbar \top \bot \intercal \dagger
\prime \setminus \sim \simeq \approx \equiv \ne \neq \le \leq \leqslant \ge \geq \ll \gg \in \notin \subset \subseteq \cup
\cap \forall \exists \neg \wedge \vee \to \mapsto \Rightarrow \Leftrightarrow \implies \iff \rightarrow \leftarrow \nabla
\partial \infty \sum \prod \int \ldots \cdots \vdots \ddots \odot \Delta \varepsilon \epsilon \vartheta \varphi \varrho
\coloneqq \mathbb{R} \mathbb{1} \mathbf{1} \mathcal{L} \boldsymbol{\mu} \operatorname{diag} \quad \, \; \|"""


def refused(texts: list[str], folder: Path) -> list[str]:
    blocks = Converter().convert([Text(source) for source in texts], Pictures(folder))
    formulas = [node for block in blocks for node in found(block)]
    assert formulas
    untranslated = [formula["source"] for formula in formulas if formula["typst"] is None]
    return untranslated + Press()._mend({"body": blocks}, folder)


def found(node: object) -> list[dict]:
    if isinstance(node, list):
        return [one for item in node for one in found(item)]
    if isinstance(node, dict):
        own = [node] if "typst" in node else []
        return own + [one for item in node.values() for one in found(item)]
    return []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[f"{path.parent.name}-{path.stem}" for path in NOTEBOOKS])
def test_every_formula_of_a_notebook_can_be_set(path: Path, tmp_path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown" and "$" in cell.source]
    assert refused(texts, tmp_path) == []


def test_symbols_of_answers_can_be_set(tmp_path: Path) -> None:
    assert refused([f"So $a {symbol} b$ holds." for symbol in SYMBOLS.split()], tmp_path) == []
