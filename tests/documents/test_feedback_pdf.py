import pymupdf
import pytest
from test_feedback import FINDING, RIGHT, UNWRITTEN, WAITING, WRITTEN, WRONG, question, submission

from autograder.documents.feedback import feedback_of
from autograder.documents.feedback_pdf import FeedbackPress, PressError
from autograder.lateness import Lateness
from autograder.results import Note
from labkit.checks import Finding, Outcome


@pytest.fixture(scope="module")
def press():
    return FeedbackPress()


@pytest.fixture
def printed(press, homework, tmp_path):
    def run(result, **more):
        path = press.write(feedback_of(result, homework, **more), tmp_path)
        with pymupdf.open(path) as document:
            text = " ".join(page.get_text() for page in document)
            catalog = document.xref_object(document.pdf_catalog())
        return " ".join(text.replace("\u200b", "").split()), catalog

    return run


def test_pdf_says_what_the_page_says(printed):
    text, _ = printed(
        submission(
            RIGHT, WRONG, UNWRITTEN, WAITING, WRITTEN, notes=[Note("missing", "a.npz", "is not there")]
        ),
        comments={"knn-why": "Nearly there.", "other": "Neat."},
        manual={"knn-why": 1.5},
        lateness=Lateness(2, 1, 1.0, "2 days late, 1 free day used: 10% off"),
    )
    for part in (
        "9.5 of 26 points",
        "2 days late, 1 free day used: 10% off (10.5 points − 1)",
        "a.npz: is not there",
        "A triangle 6 / 6",
        FINDING.problem,
        FINDING.expected,
        FINDING.got,
        FINDING.diagnosis,
        FINDING.hint,
        "return np.log(x)",
        "where it is wrong",
        "waits for softmax.loss",
        "Nearly there.",
        "Neat.",
    ):
        assert part in text


def test_pdf_is_tagged_for_screen_readers(printed):
    assert "/StructTreeRoot" in printed(submission(RIGHT, WRONG))[1]


def test_pdf_shows_no_values_of_hidden_checks(printed):
    secret = Finding("dW", "is SECRET", "SECRET", "SECRET", 0.5, "SECRET", picture=((1.0,),))
    hidden = Outcome("Hidden title", "failed", 0.0, hidden=True, findings=(secret,))
    text, _ = printed(submission(question("softmax.loss", 0.0, "failed", hidden)))
    assert "Hidden title" in text and "SECRET" not in text and "where it is wrong" not in text


def test_text_of_students_is_printed_and_never_evaluated(printed):
    attack = '#panic("no") $x$ *b* \\ `raw` <label> @ref // ] } "\x1b[31m\u202e\ud800' + "x" * 9000
    finding = Finding(attack, attack, attack, attack, where=attack, frames=((attack, 1, attack, attack),))
    result = submission(
        question("a.b", 0.0, "failed", Outcome(attack, "error", 0.0, findings=(finding,))),
        notes=[Note("ignored", attack, attack, attack)],
        student=attack,
    )
    text, _ = printed(result, comments={"a-b": attack})
    assert '#panic("no") $x$ *b*' in text


def test_names_in_any_script_are_printed(printed):
    text, _ = printed(
        submission(RIGHT, student="Σωκράτης 李雷 🙂"), comments={"knn-distances": "Très bien 🎉 \ue000"}
    )
    assert "Σωκράτης" in text and "Très bien" in text


def test_page_that_cannot_be_printed_is_an_error_of_its_own(press, homework, monkeypatch):
    monkeypatch.setattr("autograder.documents.feedback_pdf._document", lambda feedback: {})
    with pytest.raises(PressError, match="dictionary"):
        press.print(feedback_of(submission(RIGHT), homework))


def test_odd_data_does_not_stop_the_pdf(printed):
    nan = float("nan")
    finding = Finding("", "", error=nan, picture=((), (nan, 2.0), (1e9,)), frames=(("short",),))
    many = Finding("x", "y", picture=tuple((1.0,) * 500 for _ in range(500)))
    odd = question("a.b", nan, "??", Outcome("", "??", nan, nan, findings=(finding, many)), points=0.0)
    assert printed(submission(odd))[0]
    assert printed(submission())[0]
