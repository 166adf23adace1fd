import base64
import json

import pytest
from printed import code_cell, stream, text_cell

from autograder.documents import markdown, pdf, typeset
from autograder.documents.images import Pictures
from autograder.documents.mathtext import Formulas
from autograder.documents.outputs import output_nodes
from autograder.documents.pdf import write_class, write_pdf
from autograder.documents.text import clean_terminal, safe_name


def test_notebooks_come_in_the_order_of_the_homework_with_header_footer_and_title(print_it):
    printed = print_it(
        text_cell("# First"),
        code_cell("x = 1", [stream("printed by x")]),
        softmax=[text_cell("# Second")],
        student="Ada Lovelace",
    )
    assert printed.report.pages == len(printed.pages) == 3
    assert "First" in printed.pages[0] and "Second" in printed.pages[1]
    assert "x = 1" in printed.pages[0] and "printed by x" in printed.pages[0]
    for number, page in enumerate(printed.pages, start=1):
        assert "Ada Lovelace" in page and "hw9" in page and f"page {number} of 3" in page
    assert "Ada Lovelace" in printed.metadata["title"] and printed.metadata["author"] == "Ada Lovelace"
    assert printed.report.problems == ()


def test_same_submission_gives_the_same_bytes(print_it):
    cells = [text_cell("Some $x^2$"), code_cell("x = 1")]
    assert print_it(*cells).report.path.read_bytes() == print_it(*cells).report.path.read_bytes()


def test_formulas_are_typeset(print_it):
    printed = print_it(
        text_cell(
            "Inline $\\alpha_i$ and\n$$\\sum_{i=1}^N \\|x_i\\|^2$$\n"
            "\\begin{align} a &= b \\\\ c &= d \\end{align}"
            "\n\nand `$code$` and \\$5."
        )
    )
    assert "𝛼" in printed.text and "∑" in printed.text and "‖" in printed.text and "𝑐" in printed.text
    assert "\\alpha" not in printed.text and "begin" not in printed.text
    assert "$code$" in printed.text and "$5." in printed.text


def test_broken_formula_prints_as_source_with_a_note(print_it):
    printed = print_it(text_cell("Wrong: $\\frac{1}$ and $\\nosuchmacro{x}$, right: $\\beta$."))
    assert "\\frac{1}" in printed.text and "\\nosuchmacro{x}" in printed.text
    assert printed.text.count("(not typeset)") == 2 and "𝛽" in printed.text


def test_macro_of_one_cell_serves_in_another(print_it):
    printed = print_it(
        text_cell("$\\newcommand{\\R}{\\mathbb{R}}$ $\\def\\Z{\\mathbb{Z}}$"),
        text_cell("$x \\in \\R, y \\in \\Z$"),
    )
    assert "ℝ" in printed.text and "ℤ" in printed.text and "not typeset" not in printed.text


def test_formula_that_typst_refuses_is_given_up_alone(print_it, monkeypatch):
    real = markdown._pandoc

    def pandoc(cells, formulas, macros):
        answer = real(cells, formulas, macros)
        return {
            **answer,
            "formulas": [
                "unknownname(1)" if "gamma" in tex else math
                for tex, math in zip(formulas, answer["formulas"], strict=True)
            ],
        }

    monkeypatch.setattr(markdown, "_pandoc", pandoc)
    printed = print_it(text_cell("$\\gamma$ and $\\delta$"))
    assert "$\\gamma$" in printed.text and "𝛿" in printed.text
    assert "\\gamma" in printed.problems


def test_markdown_is_set_and_html_is_stripped(print_it):
    printed = print_it(
        text_cell(
            "Text **bold** <b>tag</b> ~~gone~~\n\n| a | b |\n|---|--:|\n| cell | $y$ |\n\n1. one\n   - two\n\n"
            "<script>alert(1)</script>\n\n<div class='x'><i>inside</i></div>\n\n"
            "[site](https://example.org) [bad](javascript:alert(2))"
        )
    )
    for word in ("bold", "tag", "gone", "cell", "one", "two", "inside", "site", "bad"):
        assert word in printed.text
    assert not any(bad in printed.text for bad in ("alert", "<", "**", "~~", "|"))


def test_unclosed_fence_in_one_cell_leaves_the_next_alone(print_it):
    printed = print_it(text_cell("```python\nnever closed"), text_cell("## A heading\n\n*next*"))
    assert "never closed" in printed.text and "A heading" in printed.text and "#" not in printed.text


def test_pictures_are_scaled_to_the_page(print_it, plot):
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": plot, "text/plain": "F"}}
    printed = print_it(
        code_cell("draw()", [output]),
        text_cell("![mine](attachment:a.png)", attachments={"a.png": {"image/png": plot}}),
    )
    assert len(printed.pictures) == 2
    assert all(0 <= box["bbox"][0] < box["bbox"][2] < 596 for box in printed.pictures)


@pytest.mark.parametrize(
    "address", ["secret.png", "/etc/passwd", "https://example.org/x.png", "../x.png", "document.json"]
)
def test_pictures_from_elsewhere_are_a_note(print_it, address):
    printed = print_it(text_cell(f"![p]({address}) <img src='{address}'>"))
    assert printed.text.count("is not printed") == 2 and not printed.pictures


def test_damaged_picture_is_a_note(print_it, plot):
    half = base64.b64encode(base64.b64decode(plot)[:120]).decode()
    outputs = [{"output_type": "display_data", "data": {"image/png": data}} for data in (half, "!!", "aGk=")]
    printed = print_it(code_cell("draw()", outputs))
    assert printed.text.count("A picture is not printed") == 3


def test_errors_print_without_escape_sequences(print_it):
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "bad",
        "traceback": ["\x1b[0;31m-----\x1b[0m", "\x1b[1;32mValueError\x1b[0m: shapes differ"],
    }
    printed = print_it(code_cell("f()", [error]))
    assert "ValueError: shapes differ" in printed.text and "[0;31m" not in printed.text


def test_long_lines_wrap_and_nothing_leaves_the_page(print_it):
    printed = print_it(
        code_cell(f"x = '{'a' * 500}'\ny = '{'word ' * 100}'", [stream("z" * 600)]),
        text_cell("w" * 400 + " `" + "v" * 300 + "`"),
    )
    assert not printed.outside
    assert "a" * 500 in printed.text.replace(" ", "")


def test_huge_output_is_cut_with_a_note(print_it):
    printed = print_it(code_cell("loop()", [stream("spam and eggs\n" * 300_000), stream("tail")]))
    assert "not printed" in printed.text and printed.report.pages < 6


def test_progress_bars_show_their_last_state():
    assert clean_terminal("a\n10%\r 50%\r100%\nb\r\n") == "a\n100%\nb\n"


def test_module_prints_the_students_regions_and_changes_with_line_numbers(print_it):
    module = (
        "import numpy as np\n\n\ndef helper(x):\n    return x + 1\n\n\ndef distances(x):\n"
        "    # --- knn.distances ---\n    y = helper(x)\n    return y\n"
    )
    printed = print_it(files={"nndl/knn.py": module})
    page = printed.pages[-1]
    assert "knn.distances" in page and "y = helper(x)" in page and "10" in page
    assert "Also changed" in page and "def helper(x):" in page
    assert "import numpy" not in page


def test_module_without_its_regions_is_printed_whole(print_it):
    page = print_it(files={"nndl/knn.py": "import numpy\nprint('mine'\n"}).pages[-1]
    assert "import numpy" in page and "print('mine'" in page and "knn.distances" in page


def test_graded_cells_carry_the_staffs_name_and_points(print_it):
    metadata = {"grade_id": "knn-distances", "grade": True, "points": 1000, "solution": False}
    printed = print_it(code_cell('check("knn.distances")', nbgrader=metadata))
    assert "6 points" in printed.text and "1000" not in printed.text


def test_pandoc_failure_prints_texts_as_typed(print_it, monkeypatch):
    monkeypatch.setattr(markdown, "SCRIPT", markdown.SCRIPT.with_name("missing.lua"))
    printed = print_it(text_cell("# Typed *here*"), code_cell("x = 1"))
    assert "# Typed *here*" in printed.text and "x = 1" in printed.text and "pandoc" in printed.problems


def test_typesetting_that_takes_too_long_still_ends_in_a_report(homework, hand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.001)
    report = write_pdf(homework, hand_in(knn=[]), "ada", tmp_path / "a.pdf")
    assert report.path is None and "took more than" in report.problems[-1].reason
    assert not (tmp_path / "a.pdf").exists()


def test_typesetter_gives_up_layout_before_it_gives_up(print_it, monkeypatch):
    real = markdown.convert

    def bad(texts, pictures):
        blocks, formulas = real(texts, pictures)
        return [[{"t": "table", "align": [], "head": 1, "rows": 2}] for _ in blocks], formulas

    monkeypatch.setattr("autograder.documents.handin.convert", bad)
    printed = print_it(text_cell("typed *so*"))
    assert "typed *so*" in printed.text and "as they were typed" in printed.problems


def test_class_is_printed_with_progress_whatever_one_submission_holds(homework, hand_in, tmp_path):
    good = hand_in(knn=[text_cell("fine")], softmax=[])
    seen = []
    submissions = {"ada": good, "../eve": tmp_path / "missing", "bob": good, "Bob": good}
    reports = write_class(
        homework,
        submissions,
        tmp_path / "pdf",
        jobs=2,
        progress=lambda report, done, total: seen.append((done, total)),
    )
    assert [report.student for report in reports] == list(submissions)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    paths = [report.path for report in reports]
    assert len({path.name.casefold() for path in paths}) == 4
    assert all(path.parent == tmp_path / "pdf" and path.exists() for path in paths)
    assert sorted(path.name for path in (tmp_path / "pdf").iterdir()) == sorted(path.name for path in paths)


def test_class_goes_on_when_one_file_cannot_be_written(homework, hand_in, tmp_path):
    (tmp_path / "pdf" / "ada.pdf").mkdir(parents=True)
    reports = write_class(homework, {"ada": hand_in(knn=[]), "bob": hand_in(knn=[])}, tmp_path / "pdf")
    assert reports[0].path is None and "could not be written" in reports[0].problems[-1].reason
    assert reports[1].path is not None


def test_file_names_hold_no_way_out():
    for name in ("../../etc/x", "/abs", "..", "", "a\x00b", "a/b\\c"):
        safe = safe_name(name)
        assert (
            safe and "/" not in safe and "\\" not in safe and "\x00" not in safe and not safe.startswith(".")
        )


def test_formulas_are_found_as_notebooks_find_them():
    formulas = Formulas()
    text = "a $x_1$ b\n\n```\n$no$\n```\n`$no$` \\$no\\$ $$y$$ \\\\(z\\\\) $open\n\nnext$ $\\text{in $p$}$"
    taken = formulas.take_out(text)
    assert [formula.tex for formula in formulas.found] == ["x_1", "y", "z", "\\text{in $p$}"]
    assert formulas.put_back(taken) == text


def test_empty_outputs_leave_no_trace(tmp_path):
    outputs = [stream(""), stream("\n\n"), {"output_type": "display_data", "data": {}}, {"output_type": "?"}]
    assert output_nodes(outputs, Pictures(tmp_path)) == []


def test_typesetter_says_what_is_wrong_with_a_folder(tmp_path, capsys, monkeypatch):
    (tmp_path / "handin.typ").write_text("#panic(1)")
    (tmp_path / "document.json").write_text('{"formulas": [], "parts": []}')
    monkeypatch.setattr(typeset, "_confine", lambda: None)
    assert typeset.main([str(tmp_path)]) == 1
    assert "error" in json.loads(capsys.readouterr().out)
