"""PDFs by question: pages, regions of modules, fixed pages."""

import json

from printed import checked_cell, text_cell, written_cell

from labkit.printing.notebook import read_cells
from labkit.printing.plan import Question, sections

MODULE = """import numpy as np


def helper(x):
    return x + 1


def distances(x):
    # --- knn.distances ---
    y = helper(x)
    return y
"""
ANSWERED = (
    text_cell("# Neighbours", id="title"),
    text_cell("## Distances of my own", id="distances"),
    checked_cell("knn-distances"),
    text_cell("my own remark"),
    text_cell("## Thinking", id="thinking"),
    written_cell("knn-why", 2, "### Why? Because."),
    text_cell("## The end", id="end"),
)


def page_of(printed, text):
    """Number of the only page that holds a text, apart from the contents."""
    (number,) = [at for at, page in enumerate(printed.pages, start=1) if at > 1 and text in page]
    return number


def test_every_question_begins_on_a_page_of_its_own_and_is_in_contents_and_outline(print_it):
    printed = print_it(*ANSWERED)
    assert printed.outline == [("knn.ipynb", 2), ("Distances", 3), ("Why?", 4), ("softmax.ipynb", 6)]
    assert page_of(printed, "Distances of my own") == page_of(printed, "my own remark") == 3
    assert page_of(printed, "Because.") == 4 and page_of(printed, "The end") == 5
    assert {page for _, page in printed.links[0]} == {2, 3, 4, 6}


def test_region_is_printed_in_its_question_above_the_check_with_line_numbers(print_it):
    printed = print_it(*ANSWERED, files={"nndl/knn.py": MODULE})
    page = printed.pages[2]
    assert "nndl/knn.py, lines 10–11" in page and "y = helper(x)" in page and "11" in page
    assert page.index("y = helper(x)") < page.index('check("knn.distances")') < page.index("my own remark")
    assert "import numpy" not in printed.text


def test_what_was_changed_outside_of_regions_is_printed_at_the_end(print_it):
    page = print_it(*ANSWERED, files={"nndl/knn.py": MODULE}).pages[-1]
    assert "Also changed" in page and "def helper(x):" in page and "lines 4–5" in page


def test_untouched_empty_and_missing_regions_say_so_in_their_question(print_it):
    head = "def distances(x):\n    # --- knn.distances ---\n"
    stub = f"{head}    # YOUR CODE HERE\n    raise NotImplementedError('knn.distances')\n"
    assert "knn.distances: untouched" in print_it(*ANSWERED, files={"nndl/knn.py": stub}).pages[2]
    assert "knn.distances: nothing is written" in print_it(*ANSWERED, files={"nndl/knn.py": head}).pages[2]


def test_module_without_its_regions_is_printed_whole_and_linked(print_it):
    printed = print_it(*ANSWERED, files={"nndl/knn.py": "import numpy\nprint('mine'\n"})
    question = " ".join(printed.pages[2].split())
    assert "not found in nndl/knn.py; the whole file is at the end (page 7)" in question
    assert "import numpy" in printed.pages[6] and "print('mine'" in printed.pages[6]
    assert ("page 7", 7) in printed.links[2]


def test_module_that_was_not_handed_in_is_said_in_the_question(hand_in, print_folder):
    printed = print_folder(hand_in(knn=list(ANSWERED)))
    assert "nndl/knn.py was not handed in" in printed.pages[2]


def test_question_without_cells_says_so(print_it):
    printed = print_it(*ANSWERED[:3])
    assert "not in the notebook" in printed.pages[3] and "Why?" in printed.pages[3]


def test_moved_cells_are_printed_in_their_question(print_it):
    printed = print_it(*ANSWERED[4:], *ANSWERED[:4])
    assert page_of(printed, "my own remark") == 3 and page_of(printed, "Because.") == 4


def test_cells_without_ids_are_known_by_their_text(print_it):
    bare = [{key: value for key, value in cell.items() if key != "id"} for cell in ANSWERED]
    bare[1]["source"] = "## Distances (6 points)"
    assert page_of(print_it(*bare), "Distances (6 points)") == 3


def test_fixed_pages_keep_questions_on_their_pages_and_move_the_rest_to_a_linked_appendix(print_it):
    thoughts = written_cell("knn-why", 2, "\n\n".join(f"thought number {n}." for n in range(120)))
    allotted = [1, 1, 2, 1, 1, 1]
    short = print_it(*ANSWERED, allotted=allotted)
    long = print_it(*ANSWERED[:5], thoughts, ANSWERED[6], allotted=allotted)
    for printed in (short, long):
        assert [page for _, page in printed.outline] == [2, 3, 5, 7]
        assert "This page is empty" in printed.pages[3]
    assert len(short.pages) == 7 and short.report.appendix == {}
    assert long.report.appendix == {3: tuple(range(8, len(long.pages) + 1))}
    assert "thought number 0." in long.pages[4] and "thought number 119." in long.pages[-1]
    assert ("continues on page 8 →", 8) in long.links[4]
    assert ("← appendix: continued from page 5", 5) in long.links[7]
    for number, page in enumerate(long.pages, start=1):
        assert f"page {number} of {len(long.pages)}" in page
    assert " ".join(long.pages).count("thought number") == 120


def test_sections_begin_at_the_highest_heading_since_the_question_before():
    given = [
        text_cell("# Title"),
        text_cell("## A"),
        text_cell("## B"),
        text_cell("```\n## no heading\n```\n### deeper"),
        checked_cell("b"),
        text_cell("after b"),
        text_cell("words, then\n\n### C"),
        checked_cell("c"),
    ]
    cells, _ = read_cells(json.dumps({"cells": given}).encode())
    found = sections(cells, [Question(name, name, 1.0, name) for name in "bc"])
    assert [section.question and section.question.name for section in found] == [None, "b", "c"]
    assert "text ## A" in found[0].keys and "text ## B" in found[1].keys
    assert "text after b" in found[1].keys and "text words, then ### C" in found[2].keys
