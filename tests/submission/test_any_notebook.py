"""Whatever JSON a notebook holds, it is read or refused by name, and merged into the released cells."""

import json

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.submission import merge
from autograder.submission.notebook import grade_id
from autograder.submission.parse import Unreadable, parse

text = st.text(max_size=20) | st.sampled_from(["double", "toy", "code", "\ud800", "\0", "x" * 300])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
source = text | st.lists(text, max_size=3) | anything
metadata = anything | st.fixed_dictionaries(
    {"nbgrader": anything | st.fixed_dictionaries({"grade_id": text | anything})}
)
output = anything | st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "error", "display_data", "execute_result", "pyout", "?"])},
    optional={"text": source, "data": anything | st.dictionaries(text | st.just("image/png"), source, max_size=2),
              "ename": anything, "traceback": anything, "name": anything, "metadata": anything},
)  # fmt: skip
cell = anything | st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]) | anything},
    optional={"source": source, "metadata": metadata, "outputs": anything | st.lists(output, max_size=3),
              "id": text | anything, "attachments": anything, "execution_count": anything},
)  # fmt: skip
notebook = st.fixed_dictionaries(
    {"cells": st.lists(cell, max_size=6) | anything},
    optional={"nbformat": st.sampled_from([1, 2, 3, 4, 5, "4"]) | anything, "nbformat_minor": anything,
              "metadata": anything, "worksheets": anything},
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(notebook | anything)
def test_any_json_is_read_or_refused(data):
    try:
        found, remarks = parse(json.dumps(data).encode("utf-8", "surrogatepass"))
    except Unreadable as error:
        assert str(error)
        return
    nbformat.validate(nbformat.from_dict(json.loads(nbformat.writes(found))))
    assert all(isinstance(reason, str) for _, reason in remarks)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(Unreadable):
        parse(b"\x01" + data)


@pytest.mark.parametrize("base", ["", "||||||| base\n  7\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_of_a_merge_conflict_the_first_version_is_read(base, newline):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text} for text in ("a", "<<<<<<<\n=======", "c")
    ]
    whole = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, indent=1)
    before = '   "source": "a"\n'
    conflict = f"<<<<<<< HEAD\n{before}{base}=======\n   7\n   8\n>>>>>>> theirs\n"
    text = whole.replace(before, conflict) + "\n<<<<<<< HEAD\n=======\n,,\n>>>>>>> theirs"
    assert conflict in text
    notebook, remarks = parse(text.replace("\n", newline).encode())
    assert [cell.source for cell in notebook.cells] == ["a", "<<<<<<<\n=======", "c"]
    assert remarks == [(None, "holds the marks of a merge conflict; of two versions the first was read")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notebook)
def test_the_released_cells_come_back_whatever_was_handed_in(toy, tmp_path_factory, data):
    (toy.submission / "toy.ipynb").write_bytes(json.dumps(data).encode("utf-8", "surrogatepass"))
    merged = merge(toy.submission, toy.homework, toy.release, tmp_path_factory.mktemp("merged"))
    released = nbformat.read(toy.release / "toy.ipynb", as_version=4)
    wanted = {name: cell for cell in released.cells if (name := grade_id(cell))}
    found = {name: cell for cell in merged.notebooks["toy"].cells if (name := grade_id(cell))}
    assert found.keys() == wanted.keys()
    for name, one in wanted.items():
        assert found[name].metadata == one.metadata
        if not one.metadata.nbgrader.get("solution"):
            assert found[name].source == one.source
    nbformat.validate(merged.notebooks["toy"])
