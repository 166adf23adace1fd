from dataclasses import replace

import pytest
from htmlpage import Page

from autograder.documents.feedback import feedback_of, render_feedback, write_feedback
from autograder.lateness import Lateness
from autograder.results import Note, QuestionResult, SubmissionResult
from labkit.checks import Finding, Outcome

FINDING = Finding(
    what="dW",
    problem="differs from the numerical gradient",
    expected="array of shape (3, 4)",
    got="array of shape (4, 3)",
    error=0.25,
    where="[2, 0]",
    diagnosis="it is transposed",
    hint="Compare the shapes.",
    picture=((0.0, 0.5), (1.0, 0.0)),
    frames=(("nndl/softmax.py", 42, "loss", "return np.log(x)"),),
)


def question(name, score, status, *outcomes, points=6.0, notebook="knn"):
    return QuestionResult(
        name, name.replace(".", "-"), notebook, f"Title of {name}", points, score, status, outcomes
    )


def submission(*questions, notes=(), student="ada", sandbox="landlock"):
    return SubmissionResult("hw9", student, "d", tuple(notes), questions, 1.0, 1.0, 100.0, sandbox)


RIGHT = question("knn.distances", 6.0, "passed", Outcome("A triangle", "passed", 1.0))
WRONG = question("softmax.loss", 3.0, "partial", Outcome("Gradient", "failed", 0.5, 2.0, findings=(FINDING,)))
UNWRITTEN = question("softmax.train", 0.0, "not written", Outcome("Training", "not written", 0.0))
WAITING = question("knn.after", 0.0, "failed", Outcome("Later", "waiting", 0.0, waits_for="softmax.loss"))
WRITTEN = question("knn.why", None, "manual", points=2.0)


@pytest.fixture
def page(homework):
    def render(result, **more):
        return Page(render_feedback(feedback_of(result, homework, **more)))

    return render


def test_page_is_self_contained_and_well_formed(page):
    notes = [Note("ignored", "a.txt", "is not part of what is handed in")]
    shown = page(
        submission(RIGHT, WRONG, UNWRITTEN, WAITING, WRITTEN, notes=notes), comments={"other": "Hm."}
    )
    shown.check_structure()
    assert "viewport" in shown.html and "prefers-color-scheme:dark" in shown.html
    assert "@media print" in shown.html


def test_page_shows_totals_checks_and_findings(page):
    shown = page(submission(RIGHT, WRONG, WRITTEN))
    assert "9 of 14 points" in shown.text and "2 still to be graded by hand" in shown.text
    for text in (
        FINDING.problem,
        FINDING.expected,
        FINDING.got,
        FINDING.where,
        FINDING.diagnosis,
        FINDING.hint,
    ):
        assert text in shown.text
    assert "nndl/softmax.py, line 42, in loss" in shown.text and "return np.log(x)" in shown.text
    assert (
        "✓" in shown.text and "✗" in shown.text and "3 / 6" in shown.text and "50% of it holds" in shown.text
    )
    assert shown.tags("svg")[0]["role"] == "img" and "2 of 4" in shown.tags("svg")[0]["aria-label"]


def test_hidden_checks_show_no_values(page, homework):
    secret = replace(
        FINDING, expected="SECRET-E", got="SECRET-G", where="[SECRET-W]", problem="is SECRET-P, not 3"
    )
    hidden = Outcome("Hidden title", "failed", 0.0, hidden=True, findings=(secret,))
    result = submission(question("softmax.loss", 0.0, "failed", hidden))
    assert "SECRET" not in render_feedback(feedback_of(result, homework))
    shown = page(result)
    assert "Hidden title" in shown.text and FINDING.diagnosis in shown.text and FINDING.hint in shown.text
    assert not shown.tags("svg")


def test_alerts_are_for_staff_only(page):
    notes = (
        Note("alert", "nndl/knn.py", "tried to read STAFF files"),
        Note("replaced", "x.py", "was replaced"),
    )
    shown = page(submission(RIGHT, notes=notes))
    assert "STAFF" not in shown.text and "was replaced" in shown.text


def test_what_to_do_first_names_the_cause(page):
    lost = Note("unreadable", "softmax.ipynb", "is not valid JSON.", "cell-3")
    assert (
        "First: softmax.ipynb (cell cell-3): is not valid JSON." in page(submission(RIGHT, notes=[lost])).text
    )
    assert (
        "Start with softmax.loss (3 of 6 points missing): dW: it is transposed."
        in page(submission(WAITING, UNWRITTEN, WRONG)).text
    )
    finding = replace(FINDING, diagnosis=f"{FINDING.what} is transposed.")
    named = question("a.b", 0.0, "failed", Outcome("t", "failed", 0.0, findings=(finding,)))
    assert "points missing): dW is transposed." in page(submission(named)).text
    assert "Next to write: softmax.train (6 of 6 points missing)." in page(submission(RIGHT, UNWRITTEN)).text
    assert "The written answers are still to be graded." in page(submission(RIGHT, WRITTEN)).text
    assert "Every check passes." in page(submission(RIGHT)).text
    slow = question("a.b", 0.0, "failed", Outcome("Large", "timeout", 0.0))
    assert "“Large” took too long and was stopped." in page(submission(slow)).text


def test_manual_scores_and_comments_count(page):
    shown = page(
        submission(RIGHT, WRITTEN),
        manual={"knn-why": 1.5, "knn-distances": None},
        comments={"knn-why": "Nearly <there>."},
    )
    assert "7.5 of 8 points" in shown.text and "1.5 / 2" in shown.text and "graded by hand" in shown.text
    assert "Nearly <there>." in shown.text and "still to be graded" not in shown.text


def test_each_check_shows_its_points(page):
    outcomes = [
        Outcome("One", "passed", 1.0, weight=3.0),
        Outcome("Half", "failed", 0.5),
        Outcome("Gate", "passed", 1.0, 1e-9),
    ]
    text = page(submission(question("knn.distances", 5.25, "partial", *outcomes))).text
    assert "passed 4.5 / 4.5" in text and "0.75 / 1.5" in text and "0 / 0" not in text


def test_comments_on_cells_that_are_no_question_are_shown(page):
    shown = page(submission(RIGHT), comments={"knn-folds-solution": "Neat <loop>."})
    assert "Comment on the cell knn-folds-solution Neat <loop>." in shown.text


def test_penalty_for_lateness_is_shown_and_subtracted(page):
    late = Lateness(2, 1, 0.9, "2 days late, 1 free day used: 10% off")
    text = page(submission(RIGHT, WRONG), lateness=late).text
    assert "8.1 of 12 points" in text and "2 days late, 1 free day used: 10% off (9 points − 0.9)" in text
    free = page(submission(RIGHT), lateness=Lateness(1, 1, 0.0, "1 day late, 1 free day used")).text
    assert "6 of 6 points" in free and "1 day late, 1 free day used" in free and "−" not in free
    assert "0 of 6 points" in page(submission(RIGHT), lateness=Lateness(9, 0, 60.0, "too late")).text
    assert "late" not in page(submission(RIGHT)).text


def test_unanswered_question_is_said_so(page):
    shown = page(submission(RIGHT, question("knn.why", 0.0, "no response", points=2.0)))
    assert "nothing written" in shown.text and "Still without an answer: knn.why." in shown.text


def test_grading_without_a_sandbox_is_printed(page):
    assert "--sandbox none" in page(submission(RIGHT, sandbox="none")).text
    assert "--sandbox none" not in page(submission(RIGHT)).text


def test_text_of_students_is_escaped_and_cleaned(page, homework):
    attack = "<script>alert(1)</script>{{ 7*7 }}\x1b[31m\u202e\ud800" + "x" * 9000
    finding = Finding(
        attack,
        attack,
        attack,
        attack,
        where=attack,
        diagnosis=attack,
        hint=attack,
        frames=((attack, 1, attack, attack),),
    )
    result = submission(
        question("a.b", 0.0, "failed", Outcome(attack, "error", 0.0, findings=(finding,))),
        notes=[Note("ignored", attack, attack, attack)],
        student=attack,
    )
    html = render_feedback(feedback_of(result, homework, comments={"a-b": attack}))
    assert "<script" not in html and "\x1b" not in html and "\u202e" not in html and "{{ 7*7 }}" in html
    Page(html)


def test_odd_data_does_not_stop_the_page(page):
    nan = float("nan")
    finding = Finding("", "", error=nan, picture=((), (nan, 2.0), (1e9,)), frames=(("short",),))
    many = Finding("x", "y", picture=tuple((1.0,) * 500 for _ in range(500)))
    odd = question("a.b", nan, "??", Outcome("", "??", nan, nan, findings=(finding, many)), points=0.0)
    assert page(submission(odd)).text
    assert page(submission()).text
    assert page(submission(question("z.z", None, "manual", notebook="elsewhere"))).text


def test_page_is_written_under_a_safe_name(homework, tmp_path):
    feedback = feedback_of(submission(RIGHT, student="../../eve"), homework)
    path = write_feedback(feedback, tmp_path / "feedback" / "hw9")
    assert path.parent == tmp_path / "feedback" / "hw9" and path.suffix == ".html"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    Page(path.read_text(encoding="utf-8"))
