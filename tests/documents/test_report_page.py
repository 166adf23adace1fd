"""The class report as instructors see it."""

import csv
from dataclasses import replace

import pytest
from htmlpage import Page
from test_feedback import FINDING, RIGHT, WRITTEN, question, submission

from autograder.homework import Question
from autograder.lateness import Lateness
from autograder.report.gather import Copies, class_report
from autograder.report.page import remark, render_report, write_report
from autograder.report.scores import Item
from autograder.results import Note
from labkit.checks import Finding, Outcome

ATTACK = "<script>alert(1)</script>\"'><b>{{ 77*77 }}\x1b[31m\u202e"


@pytest.fixture
def report(homework, hand_in):
    """`report(*results, …)` with one folder as everybody's work."""
    folder = hand_in(
        files={"nndl/knn.py": "def distances(x):\n    # --- knn.distances ---\n    return x < 1\n"}
    )

    def run(*results, source=homework, manual=None, lateness=None, copies=False):
        work = {result.student: folder for result in results}
        return class_report(
            source,
            results,
            manual=manual or {},
            lateness=lateness or {},
            work=work,
            release=folder,
            copies=copies,
        )

    return run


def wrong(student, finding=FINDING, **more):
    outcomes = (Outcome("Gradient", "failed", 0.0, findings=(finding,)),)
    return submission(question("knn.distances", 0.0, "failed", *outcomes), WRITTEN, student=student, **more)


def right(student, **more):
    return submission(RIGHT, WRITTEN, student=student, **more)


def test_report_is_self_contained_and_well_formed(report):
    results = [right(f"s{n}") for n in range(12)] + [wrong("ada", notes=[Note("alert", "x.py", "odd")])]
    page = Page(
        render_report(report(*results, lateness={"ada": Lateness(1, 0, 2.0, "1 day late")}, copies=True))
    )
    page.check_structure()
    (chart,) = page.tags("svg")
    assert (
        chart["aria-label"]
        == "Histogram of points, number of submissions: 0 to 0.8 points: 1; 5.6 to 6.4 points: 12."
    )
    assert "prefers-color-scheme:dark" in page.html and "@media print" in page.html


def test_report_shows_questions_mistakes_and_what_is_to_do(report):
    results = [right(f"s{n}") for n in range(12)] + [wrong("ada"), wrong("bob")]
    text = Page(render_report(report(*results, lateness={"bob": Lateness(3, 1, 2.5, "3 days late")}))).text
    assert "knn.distances 6 12 all, 0 part, 2 nothing 86 %" in text and "14 to grade" in text
    assert "2 × knn.distances : it is transposed ada, bob Example: ada" in text and "return x < 1" in text
    assert "knn.why : 14 of 14" in text and "Nothing is left to grade" not in text
    assert "bob: 3 days late (−2.5 points)" in text
    assert "a correlation is uncertain by about ±0.53" in text
    assert "Nothing unusual" in text and "Submissions were not compared" in text


def test_small_class_is_told_that_it_is_too_small(report):
    text = Page(render_report(report(right("ada"), manual={"ada": {"knn-why": 2.0}}))).text
    assert "Too few students:" in text and "Nothing is left to grade" in text
    assert "No mistake was named" in text and "Every check passes for everybody" in text


def test_penalties_are_subtracted_from_the_distribution(report):
    made = report(right("ada"), right("bob"), lateness={"bob": Lateness(3, 0, 9.0, "too late")})
    assert made.totals.tolist() == [6.0, 0.0]


def test_text_of_students_is_escaped(report, homework):
    finding = replace(FINDING, what=ATTACK, problem=ATTACK, expected=ATTACK, got=ATTACK, diagnosis=ATTACK)
    asked = replace(homework.questions[0], title=ATTACK)
    result = wrong(ATTACK, finding, notes=[Note("error", ATTACK, ATTACK, ATTACK)])
    late = {ATTACK: Lateness(1, 0, 0.0, ATTACK)}
    made = report(result, source=replace(homework, questions=(asked, homework.questions[1])), lateness=late)
    html = render_report(replace(made, copies=Copies(1, (ATTACK,), ())))
    assert "<script" not in html and "<b>" not in html and "5929" not in html
    assert "\x1b" not in html and "\u202e" not in html
    Page(html)


def test_likely_copies_are_shown_side_by_side_as_a_hint(report, homework, hand_in, tmp_path):
    body = "".join(
        f"    v{n} = np.sum(x, axis={n}) * {n}.5 + (x > {n}).mean() ** 2 - abs(x[{n}])\n" for n in range(9)
    )
    release = tmp_path / "release"
    (release / "nndl").mkdir(parents=True)
    (release / "nndl/knn.py").write_text("def distances(x):\n    pass\n")
    folder = hand_in(files={"nndl/knn.py": f"def distances(x):\n{body}    return '</pre><b>'\n"})
    work = {"ada": folder, "bob": folder, "empty": tmp_path / "nowhere"}
    results = [right(name) for name in work]
    made = class_report(homework, results, manual={}, lateness={}, work=work, release=release)
    page = Page(render_report(made))
    assert "A hint for a person, not a verdict." in page.text and "ada, bob all the same" in page.text
    assert (
        page.text.count("v8 = np.sum") == 2
        and "Not compared, since there is nothing to read: empty" in page.text
    )
    assert "<b>" not in page.html


def test_numbers_are_written_as_tables(report, tmp_path):
    results = [right(f"s{n}") for n in range(12)] + [wrong("=ada")]
    path = write_report(report(*results, copies=True), tmp_path / "report")
    assert path.name == "index.html"

    def table(name):
        with (tmp_path / "report" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    assert (
        table("students")[12] | {"student": "'=ada", "points": "0", "to grade": "1"} == table("students")[12]
    )
    first, second = table("questions")
    assert first["question"] == "knn.distances" and float(first["difficulty"]) == pytest.approx(
        12 / 13, abs=1e-5
    )
    assert second["difficulty"] == "" and second["to grade"] == "13"
    assert [row["check"] for row in table("checks")] == ["A triangle", "Gradient"]
    assert table("mistakes")[0]["students"] == "'=ada" and table("copies") == []


def test_remarks_say_what_the_numbers_mean():
    def item(difficulty, discrimination):
        return Item(30, difficulty, discrimination, 1, 1, 1)

    assert "runs against" in remark(item(0.5, -0.2)) and "hardly tells" in remark(item(0.5, 0.1))
    assert "nearly everybody" in remark(item(0.98, 0.1)) and remark(item(0.2, 0.5)) == "few have it"
    assert remark(item(0.6, 0.5)) == remark(item(None, None)) == ""


def test_unknown_question_of_an_old_result_is_no_trouble(report, homework):
    old = submission(
        question(
            "knn.gone",
            1.0,
            "partial",
            Outcome("A", "failed", 0.0, findings=(Finding("x", "y", diagnosis="z"),)),
        )
    )
    extra = Question("knn.new", "knn-new", "knn", 0.0, "checks", "New", "c")
    made = report(old, right("bob"), source=replace(homework, questions=(*homework.questions, extra)))
    assert "knn.new" in Page(render_report(made)).text
