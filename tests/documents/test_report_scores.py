"""The numbers of the class report."""

import numpy as np
import pytest
from test_feedback import question, submission

from autograder.report.scores import check_items, class_scores, correlation, question_items, uncertainty
from autograder.report.watch import mistakes, outliers, stopped
from labkit.checks import Finding, Outcome


def handed_in(number, *outcomes, written=None):
    """A submission to the homework hw9: checks of `knn.distances` (6 points), a written answer (2 points)."""
    share = sum(outcome.credit for outcome in outcomes) / len(outcomes)
    return submission(
        question("knn.distances", 6 * share, "partial", *outcomes),
        question("knn.why", written, "manual", points=2.0),
        student=f"s{number:02}",
    )


def outcome(title, credit, **more):
    return Outcome(title, "passed" if credit == 1 else "failed", credit, **more)


def test_difficulty_and_discrimination_are_the_textbooks(homework):
    rng = np.random.default_rng(0)
    passed, written = rng.integers(0, 2, (2, 40)), rng.integers(0, 3, 40)
    results = [
        handed_in(
            n, outcome("A", passed[0, n]), outcome("B", passed[1, n], hidden=True), written=float(written[n])
        )
        for n in range(40)
    ]
    scores = class_scores(results, homework, {})
    distances, why = question_items(scores)
    credit = passed.mean(axis=0)
    assert distances.item.difficulty == pytest.approx(credit.mean())
    assert distances.item.discrimination == pytest.approx(np.corrcoef(credit, written)[0, 1])
    assert why.item.discrimination == pytest.approx(np.corrcoef(credit, written)[0, 1])
    assert (distances.item.full, distances.item.part, distances.item.none) == tuple(
        (credit == share).sum() for share in (1, 0.5, 0)
    )
    first, second = check_items(results, scores)
    right, wrong = written[passed[0] == 1], written[passed[0] == 0]
    biserial = (
        (right.mean() - wrong.mean()) / written.std() * np.sqrt(passed[0].mean() * (1 - passed[0].mean()))
    )
    assert first.item.discrimination == pytest.approx(biserial)
    assert (first.title, first.hidden, second.hidden) == ("A", False, True)
    assert first.statuses == {"passed": passed[0].sum(), "failed": 40 - passed[0].sum()}
    np.testing.assert_allclose(scores.totals, 6 * credit + written)


def test_few_or_equal_students_have_no_correlation():
    assert correlation(np.arange(9.0), np.arange(9.0)) is None
    assert correlation(np.ones(30), np.arange(30.0)) is None
    assert correlation(np.arange(30.0), np.ones(30)) is None
    assert correlation(np.arange(30.0), -np.arange(30.0)) == pytest.approx(-1)
    assert uncertainty(2) == 1 and uncertainty(100) == pytest.approx(0.197, abs=0.001)


def test_manual_scores_count_and_ungraded_answers_are_named(homework):
    results = [handed_in(n, outcome("A", 1.0)) for n in range(20)]
    manual = {f"s{n:02}": {"knn-why": 1.0, "knn-distances": None} for n in range(19)}
    scores = class_scores(results, homework, manual)
    assert scores.totals[:19] == pytest.approx(7.0) and scores.totals[19] == 6.0
    _, why = question_items(scores)
    assert why.ungraded == ("s19",) and why.item.difficulty == 0.5 and why.item.students == 19


def test_largely_ungraded_question_has_no_numbers(homework):
    results = [handed_in(n, outcome("A", 1.0), written=0.0 if n < 3 else None) for n in range(20)]
    _, why = question_items(class_scores(results, homework, {}))
    assert why.item.difficulty is None and why.item.students == 0 and len(why.ungraded) == 17


def test_submissions_with_nothing_in_them_are_not_analysed(homework):
    empty = submission(
        question("knn.distances", 0.0, "not written", Outcome("A", "not written", 0.0)),
        question("knn.why", 0.0, "no response", points=2.0),
    )
    scores = class_scores([handed_in(1, outcome("A", 1.0), written=2.0), empty], homework, {})
    assert scores.totals.tolist() == [8.0, 0.0] and scores.active.tolist() == [True, False]
    assert question_items(scores)[0].item.difficulty == 1.0


def test_mistakes_are_counted_once_per_student():
    def made(code, says):
        return Outcome(
            "A", "failed", 0.0, findings=(Finding("dW", "differs", diagnosis=says, mistake=code),) * 2
        )

    results = [handed_in(n, made("missing_mean", f"dW is {n % 2} times too large.")) for n in range(5)]
    results += [handed_in(9, made("sign", "dW has the wrong sign."), made(None, "Something else."))]
    first, *others = mistakes(results)
    assert first.code == "missing_mean" and first.students == ("s00", "s01", "s02", "s03", "s04")
    assert first.diagnosis == "dW is 0 times too large." and first.example.what == "dW"
    assert {each.code for each in others} == {"sign", "Something else."}


def test_outliers_are_far_above_the_class():
    results = [handed_in(n, outcome("A", 1.0)) for n in range(20)]
    seconds = dict.fromkeys((result.student for result in results), 1.0)
    assert outliers(results, lambda result: seconds[result.student]) == ()
    seconds |= {"s03": 1.9, "s04": 30.0, "s05": 10.0}
    found = outliers(results, lambda result: seconds[result.student])
    assert [(each.student, each.times) for each in found] == [("s04", 30.0), ("s05", 10.0)]
    assert outliers(results, lambda result: 0.0) == ()


def test_stopped_checks_are_counted_by_question():
    slow = [Outcome(title, "timeout", 0.0) for title in "ABC"]
    found = stopped([handed_in(1, *slow, Outcome("D", "memory", 0.0)), handed_in(2, outcome("A", 0.0))])
    assert [(each.student, each.question, each.status, each.checks) for each in found] == [
        ("s01", "knn.distances", "timeout", 3),
        ("s01", "knn.distances", "memory", 1),
    ]
