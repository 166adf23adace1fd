import json
import os
import random
import string

import pytest
from printed import Printed, code_cell, stream, text_cell

from autograder.documents import markdown
from autograder.documents.images import Pictures
from autograder.documents.markdown import Text, convert
from autograder.documents.pdf import write_pdf


@pytest.mark.parametrize(
    "attack",
    [
        '#panic("x")',
        '#read("document.json")',
        '#import "@preview/cetz:0.3.0"',
        '#include "/etc/passwd"',
        '`x`{=typst} ```{=typst}\n#panic("x")\n```',
        '```{=typst}\n#panic("x")\n```',
        '$#panic("x")$ $$\\text{\\#panic("x")}$$ $\\text{"); #panic("x") //}$',
        "$\\phantom{\\text{\\#panic()}}$ $\\boxed{\\text{\\#panic()}}$",
        "*/ // /* ] } ) \\ $ @label <label> __ **",
        '<iframe src="file:///etc/passwd"></iframe><iframe src="/etc/passwd"></iframe>',
        "\\include{/etc/passwd} \\input{/etc/passwd} $\\input{/etc/passwd}$",
    ],
)
def test_no_text_of_a_student_becomes_code(print_it, attack):
    printed = print_it(
        text_cell(attack),
        code_cell(attack, [stream(attack)]),
        student=f"{attack[:30]}",
        files={"nndl/knn.py": attack},
    )
    assert "root:" not in printed.text
    assert printed.problems == ""


def test_formulas_with_a_way_into_code_are_not_evaluated():
    for typst in ("#panic()", 'x #read("a")', '"a\\\\" #x', "#hide[x]", "#none.at(0)", "#h(2em, x)"):
        assert markdown._checked(typst) is None
    for typst in ("a #h(2em) b", 'upright("#x")', "\\# x", "#scale(x: 120%, y: 120%)[\\(]"):
        assert markdown._checked(typst) == typst


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b'{"cells": [', "not valid JSON"),
        (b"\xff\xfe\x00\x00garbage\xff", "not"),
        (b"caf\xe9", "is not UTF-8"),
        (b"[1, 2]", "not a notebook"),
        (b'{"nbformat": 4}', "no cells"),
        (b"[" * 200_000, "not valid JSON"),
    ],
)
def test_damaged_notebook_is_named_with_its_reason(print_it, content, reason):
    printed = print_it(files={"knn.ipynb": content}, softmax=[text_cell("the other one")])
    assert reason in printed.text and "knn.ipynb" in printed.problems
    assert "the other one" in printed.text


def test_damaged_cells_do_not_stop_the_others(print_it):
    cells = [
        None,
        7,
        {},
        {"cell_type": "code", "source": 3, "outputs": "x", "metadata": [], "execution_count": "x"},
        {"cell_type": "code", "source": ["a = ", "1"], "outputs": [1, {"data": 3}, {"output_type": "error"}]},
        {"cell_type": "markdown", "source": "\ud800 \x00\x1b[1m text \u202e", "attachments": {"a": 3}},
        text_cell("> " * 300 + "deep"),
        text_cell("- " * 300 + "deep"),
        text_cell("last"),
    ]
    printed = print_it(*cells)
    assert "a = 1" in printed.text and "last" in printed.text and "U+202E" in printed.text


def test_random_text_always_prints(print_it):
    rng = random.Random(3)
    alphabet = string.printable + "$$$```\\{}[]#*_<>|~é中😀\u200b\ue000\ue001"
    cells = [text_cell("".join(rng.choices(alphabet, k=300))) for _ in range(60)]
    cells += [code_cell("".join(rng.choices(alphabet, k=200))) for _ in range(20)]
    assert not print_it(*cells, text_cell("the end")).problems


def test_missing_files_are_named(homework, tmp_path):
    printed = Printed(write_pdf(homework, tmp_path / "nothing", "ada", tmp_path / "a.pdf"))
    assert printed.text.count("was not handed in") >= 3
    assert {problem.file for problem in printed.report.problems} == {
        "knn.ipynb",
        "softmax.ipynb",
        "nndl/knn.py",
    }


def test_renamed_notebook_is_printed_under_a_note(homework, hand_in, tmp_path):
    folder = hand_in(**{"KNN (1)": [text_cell("found me")]})
    printed = Printed(write_pdf(homework, folder, "ada", tmp_path / "a.pdf"))
    assert "found me" in printed.text and "KNN (1).ipynb" in printed.problems


def test_links_out_of_the_submission_are_not_followed(homework, hand_in, tmp_path):
    (tmp_path / "secret.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [text_cell("SECRET")]}))
    folder = hand_in(softmax=[])
    (folder / "knn.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "knn.py").write_text("SECRET")
    (folder / "nndl").symlink_to(tmp_path / "other")
    printed = Printed(write_pdf(homework, folder, "ada", tmp_path / "a.pdf"))
    assert "SECRET" not in printed.text and printed.text.count("is a link") >= 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_pipe_in_place_of_a_notebook_does_not_block(homework, hand_in, tmp_path):
    folder = hand_in(softmax=[])
    os.mkfifo(folder / "knn.ipynb")
    assert "not a regular file" in Printed(write_pdf(homework, folder, "ada", tmp_path / "a.pdf")).text


def test_long_and_hostile_markdown_converts_in_bounds(tmp_path):
    sources = ["`$" * 2000, "${ " * 5000, "[" * 5000, "x" * 100_000, "fine *text*"]
    blocks, _ = convert([Text(source, {}) for source in sources], Pictures(tmp_path))
    assert blocks[3] is None and blocks[4][0]["t"] == "par"


def test_text_that_takes_pandoc_too_long_is_printed_as_typed_alone(tmp_path, monkeypatch):
    real = markdown._pandoc

    def slow(cells, formulas, macros):
        if any(len(cell) > markdown.SMALL_CELL for cell in cells):
            raise markdown.PandocError("too slow")
        return real(cells, formulas, macros)

    monkeypatch.setattr(markdown, "_pandoc", slow)
    blocks, _ = convert([Text("_a" * 5000, {}), Text("fine", {})], Pictures(tmp_path))
    assert blocks[0] is None and blocks[1] == [{"t": "par", "c": ["fine"]}]
