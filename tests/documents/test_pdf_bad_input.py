import json
import os
import random
import string

import pytest
from printed import checked_cell, code_cell, stream, text_cell

from labkit.printing import markdown
from labkit.printing.images import Pictures
from labkit.printing.markdown import Converter, Text


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
        (b'{"cells": [', "is damaged"),
        (b"\xff\xfe\x00\x00garbage\xff", "not JSON"),
        (b"caf\xe9", "not JSON"),
        (b"[{}, 2]", "not a notebook"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b"{" + b"[" * 200_000, "is damaged"),
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


def test_missing_files_are_named(print_folder, tmp_path):
    printed = print_folder(tmp_path / "nothing")
    assert printed.text.count("was not handed in") >= 3
    assert {problem.file for problem in printed.report.problems} == {
        "knn.ipynb",
        "softmax.ipynb",
        "nndl/knn.py",
    }


def test_renamed_notebook_is_known_by_its_cells_and_printed_under_a_note(hand_in, print_folder):
    folder = hand_in(
        **{
            "final FINAL (1)": [text_cell("found me"), checked_cell("knn-distances")],
            "other": [text_cell("not me")],
        }
    )
    printed = print_folder(folder)
    assert "found me" in printed.text and "final FINAL (1).ipynb" in printed.problems
    assert "not me" not in printed.text


def test_files_in_another_folder_or_letter_case_are_found_as_the_judge_finds_them(hand_in, print_folder):
    cells = json.dumps({"nbformat": 4, "cells": [text_cell("found me")]})
    printed = print_folder(
        hand_in(files={"my hw9/KNN.ipynb": cells, "my hw9/nndl/knn.py": "x = 1  # mine\n"})
    )
    assert "found me" in printed.text and "# mine" in printed.text
    assert "was handed in as KNN.ipynb" in printed.problems and "nndl/knn.py" not in printed.problems


def test_files_that_a_browser_saved_under_other_names_are_printed(hand_in, print_folder):
    cells = json.dumps({"nbformat": 4, "cells": [text_cell("found me")]})
    printed = print_folder(hand_in(files={"knn.ipynb.json": cells, "nndl/knn (1).py": "x = 1  # mine\n"}))
    assert "found me" in printed.text and "# mine" in printed.text
    assert "knn.ipynb was handed in as knn.ipynb.json" in printed.problems
    assert "nndl/knn.py was handed in as nndl/knn (1).py" in printed.problems


def test_nothing_is_said_about_the_folder_around_a_submission(hand_in, print_folder):
    cells = json.dumps({"nbformat": 4, "cells": [text_cell("found me")]})
    files = dict.fromkeys(("hw9/knn.ipynb", "hw9/softmax.ipynb"), cells)
    printed = print_folder(hand_in(files={**files, "hw9/nndl/knn.py": "x = 1\n", "report.pdf": "p"}))
    assert "found me" in printed.text and not printed.report.problems


def test_truncated_notebook_prints_the_cells_before_the_damage(print_it):
    whole = json.dumps(
        {"cells": [text_cell("before"), checked_cell("knn-distances"), text_cell("lost")], "nbformat": 4}
    )
    printed = print_it(files={"knn.ipynb": whole[: whole.index("lost")]})
    assert "before" in printed.text and 'check("knn.distances")' in printed.text
    assert "2 cells before the damage" in printed.text and "2 cells before the damage" in printed.problems


def test_links_out_of_the_submission_are_not_followed(hand_in, print_folder, tmp_path):
    (tmp_path / "secret.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [text_cell("SECRET")]}))
    folder = hand_in(softmax=[])
    (folder / "knn.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "knn.py").write_text("SECRET")
    (folder / "nndl").symlink_to(tmp_path / "other")
    printed = print_folder(folder)
    assert "SECRET" not in printed.text and printed.text.count("a link, which is not followed") >= 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_pipe_in_place_of_a_notebook_does_not_block(hand_in, print_folder):
    folder = hand_in(softmax=[])
    os.mkfifo(folder / "knn.ipynb")
    assert "not a plain file" in print_folder(folder).text


def test_long_and_hostile_markdown_converts_in_bounds(tmp_path):
    sources = ["`$" * 2000, "${ " * 5000, "[" * 5000, "x" * 100_000, "fine *text*"]
    blocks = Converter().convert([Text(source) for source in sources], Pictures(tmp_path))
    assert blocks[3] is None and blocks[4][0]["t"] == "par"


def test_text_that_takes_pandoc_too_long_is_printed_as_typed_alone(tmp_path, monkeypatch):
    real = markdown._pandoc

    def slow(cells, formulas, macros):
        if any(len(text) > markdown.SMALL_CELL for _, text in cells):
            raise markdown.PandocError("too slow")
        return real(cells, formulas, macros)

    monkeypatch.setattr(markdown, "_pandoc", slow)
    blocks = Converter().convert([Text("_a" * 5000), Text("fine")], Pictures(tmp_path))
    assert blocks[0] is None and blocks[1] == [{"t": "par", "c": ["fine"]}]
