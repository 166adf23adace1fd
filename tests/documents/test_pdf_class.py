"""PDFs of a whole class, and of one's own homework."""

import json
import os
import subprocess
import sys

import pymupdf
import pytest
from printed import checked_cell, text_cell, written_cell

from autograder.documents import pressroom
from autograder.documents.pdf import write_class
from labkit.__main__ import main
from labkit.printing.plan import Plan, read_plan

ASKED = [
    text_cell("## Distances", id="distances"),
    checked_cell("knn-distances"),
    text_cell("", id="thinking"),
]


def thinking(paragraphs):
    return [*ASKED, written_cell("knn-why", 2, "\n\n".join(f"Thought {n}." for n in range(paragraphs)))]


@pytest.fixture
def submissions(tmp_path):
    """Ten students; the last of them writes much."""

    def folder(name, paragraphs):
        path = tmp_path / "class" / name
        path.mkdir(parents=True)
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": thinking(paragraphs)}
        (path / "knn.ipynb").write_text(json.dumps(content))
        return path

    return {f"s{n}": folder(f"s{n}", 90 if n == 9 else n + 1) for n in range(10)}


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


def test_fixed_pages_are_the_same_for_all_and_pages_json_says_which(homework, submissions, tmp_path):
    reports = write_class(homework, submissions, tmp_path / "pdf", jobs=1, fixed=True)
    content = json.loads((tmp_path / "pdf" / "pages.json").read_text())
    assert content["homework"] == "hw9" and content["questions"]["knn.distances"]["pages"] == [3]
    (why,) = content["questions"]["knn.why"]["pages"]
    for report in reports:
        with pymupdf.open(report.path) as document:
            assert "Thought 0." in document[why - 1].get_text()
            assert len(document) == report.pages >= content["pages"]
    assert list(content["appendix"]) == ["s9"]
    with pymupdf.open(reports[9].path) as document:
        assert "Thought 89." in document[content["appendix"]["s9"]["knn.why"][-1] - 1].get_text()


def test_who_is_printed_later_gets_the_pages_of_the_class(homework, submissions, tmp_path):
    first = {name: folder for name, folder in submissions.items() if name != "s9"}
    write_class(homework, first, tmp_path / "pdf", jobs=1, fixed=True)
    before = json.loads((tmp_path / "pdf" / "pages.json").read_text())
    write_class(homework, {"s9": submissions["s9"]}, tmp_path / "pdf", jobs=1, fixed=True)
    after = json.loads((tmp_path / "pdf" / "pages.json").read_text())
    assert after["questions"] == before["questions"] and list(after["appendix"]) == ["s9"]


def test_pages_json_of_another_homework_is_not_followed(homework, submissions, tmp_path):
    (tmp_path / "pdf").mkdir()
    for damaged in ('{"homework": "hw9", "slots": [["cover", 7]]}', "[]", "no JSON"):
        (tmp_path / "pdf" / "pages.json").write_text(damaged)
        write_class(homework, {"s0": submissions["s0"]}, tmp_path / "pdf", jobs=1, fixed=True)
        content = json.loads((tmp_path / "pdf" / "pages.json").read_text())
        assert content["questions"]["knn.distances"]["pages"] == [3]


def test_submission_that_stops_the_printing_process_is_printed_without_what_did(
    homework, hand_in, tmp_path, monkeypatch
):
    asked = []

    def ask(self, job):
        asked.append(job["amount"])
        if job["amount"] != pressroom.NOTHING:
            raise pressroom.PressFailure("it took more than 60 s")
        return real(self, job)

    real = pressroom.Pressman._ask
    monkeypatch.setattr(pressroom.Pressman, "_ask", ask)
    (report,) = write_class(homework, {"ada": hand_in(knn=[text_cell("x")])}, tmp_path / "pdf", jobs=1)
    assert asked == [pressroom.FULL, pressroom.PLAIN, pressroom.NOTHING]
    assert report.path is not None and "it took more than 60 s" in report.problems[-1].reason


def test_process_that_hangs_is_ended_and_replaced(homework, hand_in, tmp_path):
    man = pressroom.Pressman(read_plan(homework.folder), seconds=0.001)
    with pytest.raises(pressroom.PressFailure, match="took more than"):
        man.print(hand_in(knn=[]), "ada", tmp_path / "a.pdf")
    man._seconds = 600
    assert man.print(hand_in(knn=[]), "ada", tmp_path / "a.pdf").pages >= 3
    man.close()


def test_plan_comes_through_json_as_it_was(homework):
    plan = read_plan(homework.folder)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_student_prints_the_own_folder(homework, capsys, monkeypatch):
    monkeypatch.chdir(homework.folder)
    assert main(["pdf", "--name", "Ada Lovelace"]) == 0
    assert "hw9.pdf" in capsys.readouterr().out
    with pymupdf.open("hw9.pdf") as document:
        text = " ".join(page.get_text() for page in document)
    assert "Ada Lovelace" in text and "return np.abs(x)" in text and "6 points" in text


def test_student_elsewhere_is_told_where_to_go(tmp_path, capsys):
    assert main(["pdf", str(tmp_path)]) == 1
    assert "homework.toml is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content, words",
    [(None, "knn.ipynb is missing in the homework's folder: give your notebook this name"), ("", "is empty")],
)
def test_student_whose_notebook_is_not_there_is_told_which(homework, capsys, content, words):
    path = homework.folder / "knn.ipynb"
    path.unlink()
    if content is not None:
        path.write_text(content)
    assert main(["pdf", str(homework.folder)]) == 1
    said = capsys.readouterr().err
    assert "knn.ipynb" in said and words in said


def test_folder_in_the_place_of_the_pdf_is_named(homework, capsys, tmp_path):
    assert main(["pdf", str(homework.folder), "-o", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path}: Is a directory\n"


def test_without_the_optional_packages_labkit_works_and_says_what_to_install(homework):
    code = """
import sys
class Students:
    allowed = {*sys.stdlib_module_names, "labkit", "numpy", "matplotlib", "tqdm"}
    def find_spec(self, name, path=None, target=None):
        caller = sys._getframe(1)
        while "importlib" in caller.f_code.co_filename:
            caller = caller.f_back
        if caller.f_globals.get("__name__", "").startswith("labkit") and name.partition(".")[0] not in self.allowed:
            raise ImportError(f"{name} is not there")
sys.meta_path.insert(0, Students())
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("typst", "pypandoc") else real(name, *rest)
import labkit.__main__
sys.exit(labkit.__main__.main(["pdf", sys.argv[1]]))
"""
    line = [sys.executable, "-c", code, str(homework.folder)]
    done = subprocess.run(line, capture_output=True, text=True, env={**os.environ, "PATH": ""})
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.strip() == "To print PDFs, install what sets them: pip install pypandoc_binary typst"
