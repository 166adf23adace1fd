import base64

import pytest
from printed import checked_cell, code_cell, stream, text_cell

from labkit.printing import markdown
from labkit.printing.highlight import python_lines
from labkit.printing.images import Pictures
from labkit.printing.markdown import Converter
from labkit.printing.mathtext import Formulas
from labkit.printing.outputs import output_nodes
from labkit.printing.text import clean_terminal, safe_name


def test_notebooks_come_in_the_order_of_the_homework_with_header_footer_and_title(print_it):
    printed = print_it(
        text_cell("# First"),
        code_cell("x = 1", [stream("printed by x")]),
        softmax=[text_cell("# Second")],
        student="Ada Lovelace",
    )
    assert "First" in printed.pages[1] and "x = 1" in printed.pages[1] and "printed by x" in printed.pages[1]
    assert "Second" in printed.pages[-1] and "softmax.ipynb" in printed.pages[-1]
    assert printed.report.pages == len(printed.pages)
    for number, page in enumerate(printed.pages, start=1):
        assert "Ada Lovelace" in page and "hw9" in page and f"page {number} of {len(printed.pages)}" in page
    assert "Ada Lovelace" in printed.metadata["title"] and printed.metadata["author"] == "Ada Lovelace"
    assert printed.metadata["subject"] == "Nearest neighbours" and "hw9" in printed.metadata["keywords"]
    assert printed.report.problems == ()


def test_same_submission_gives_the_same_bytes(print_it):
    cells = [text_cell("Some $x^2$"), code_cell("x = 1")]
    assert print_it(*cells).path.read_bytes() == print_it(*cells).path.read_bytes()


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


def test_formula_with_an_open_brace_leaves_the_rest_of_its_paragraph_alone(print_it):
    printed = print_it(text_cell("Open $\\frac{1}{$ and $\\beta$.\n\n$$ \\mathbf{x $$"))
    assert (
        "$\\frac{1}{$ (not typeset) and 𝛽." in printed.text
        and "$$ \\mathbf{x $$ (not typeset)" in printed.text
    )


def test_table_at_the_end_of_a_cell_is_a_table_to_its_last_row(print_it):
    assert "|" not in print_it(text_cell("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |")).text


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
    assert "not printed" in printed.text and printed.report.pages < 8


def test_progress_bars_show_their_last_state():
    assert clean_terminal("a\n10%\r 50%\r100%\nb\r\n") == "a\n100%\nb\n"


def test_pandoc_failure_prints_texts_as_typed(print_it, monkeypatch):
    monkeypatch.setattr(markdown, "SCRIPT", markdown.SCRIPT.with_name("missing.lua"))
    printed = print_it(text_cell("# Typed *here*"), code_cell("x = 1"))
    assert "# Typed *here*" in printed.text and "x = 1" in printed.text and "pandoc" in printed.problems


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


def test_layout_is_given_up_before_the_texts_are(print_it, monkeypatch):
    real = Converter.convert

    def bad(self, texts, pictures):
        return [[{"t": "table", "align": [], "head": 1, "rows": 2}] for _ in real(self, texts, pictures)]

    monkeypatch.setattr(Converter, "convert", bad)
    printed = print_it(text_cell("typed *so*"))
    assert "typed *so*" in printed.text and "as they were typed" in printed.problems


def test_what_pandoc_has_read_once_is_not_read_again(tmp_path, monkeypatch):
    converter = Converter()
    texts = [markdown.Text("the *same* $x$"), markdown.Text("$\\newcommand{\\R}{\\mathbb{R}}$ $\\R$")]
    first = converter.convert(texts, Pictures(tmp_path))
    monkeypatch.setattr(markdown, "_pandoc", None)
    assert converter.convert(texts, Pictures(tmp_path)) == first


def test_plot_after_a_long_progress_bar_is_printed(print_it, plot):
    bar = [stream(f"\r{step}/500") for step in range(501)]
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": plot}}
    printed = print_it(code_cell("train()", [*bar, output, stream("done")]))
    assert len(printed.pictures) == 1 and "500/500" in printed.text and "done" in printed.text
    assert "499/500" not in printed.text and "not printed" not in printed.text


def shown(**data):
    named = {name.replace("_", "/"): text for name, text in data.items()}
    return {"output_type": "display_data", "data": named}


def test_rich_outputs_print_what_their_text_does_not_say(print_it):
    outputs = [
        shown(text_plain="<IPython.core.display.Markdown object>", text_markdown="**bold** $\\alpha$"),
        shown(text_plain="<IPython.core.display.HTML object>", text_html="<b>Table</b> <td>cell</td>"),
        shown(text_plain="a  b\n1  2", text_html="<table>never</table>"),
    ]
    printed = print_it(code_cell("show()", outputs))
    assert "bold 𝛼" in printed.text and "Table" in printed.text and "a b 1 2" in printed.text
    assert "object>" not in printed.text and "never" not in printed.text


def test_vector_graphics_are_drawn_and_may_not_refer_to_files(print_it):
    def svg(inside):
        tag = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60.5pt">'
        return {"output_type": "display_data", "data": {"image/svg+xml": f"{tag}{inside}</svg>"}}

    outputs = [svg("<text y='20'>a label</text>"), svg("<image href='/etc/passwd'/>")]
    printed = print_it(code_cell("draw()", outputs))
    assert "a label" in printed.text and printed.text.count("is not printed") == 1


def test_wide_outputs_and_tables_stay_on_the_page(print_it):
    row = "|" + " a column |" * 14
    table = f"{row}\n|{'---|' * 14}\n{row}"
    outputs = [stream("0.12345 " * 16), stream("\n" + "9" * 400)]
    printed = print_it(code_cell("show()", outputs), text_cell(table))
    assert not printed.outside and "a column" in printed.text


def test_python_is_coloured_whatever_it_is():
    source = 'def f(x):  # why\n    return """a\nb""" + 12 if x else r\'\\n'
    lines = python_lines(source)
    styles = {piece[1]: piece[0] for line in lines for piece in line if isinstance(piece, list)}
    assert styles["def"] == "keyword" and styles["f"] == "name" and styles["# why"] == "comment"
    assert styles["12"] == "number" and styles['"""a'] == styles['b"""'] == "string"
    text = "\n".join("".join(p if isinstance(p, str) else p[1] for p in line) for line in lines)
    assert text == source


def test_graded_cells_carry_the_staffs_points(print_it):
    printed = print_it(checked_cell("knn-distances", 1000))
    assert "6 points" in printed.text and "1000" not in printed.text
