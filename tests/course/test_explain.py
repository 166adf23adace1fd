"""The account of a grading: for a student who asks for a regrade, and for staff only."""

import pytest

from autograder.explain import explain
from autograder.homework import CourseError


@pytest.fixture(scope="module")
def account(hw2, tmp_path_factory):
    course = hw2.copy(tmp_path_factory.mktemp("explain") / "course")
    hw2.hand_in(course, "grace")
    text, path = explain(course, hw2.homework, "grace")
    return course, text, path


def test_account_names_every_check_with_what_was_called_and_what_came(hw2, account):
    course, text, path = account
    assert path.read_text(encoding="utf-8") == text
    assert path == course.root / ".autograder/explain/hw2/grace.txt"
    for question in hw2.homework.questions:
        assert question.name in text
    assert "(hidden)" in text and "(public)" in text
    for word in ("seed", "sandbox", "memory", "digest", "handed in"):
        assert f"\n{word}" in text
    assert "knn.KNN()" in text and "compute_distances(float64 (" in text


def test_account_shows_expected_against_got_of_hidden_checks_too(account):
    _, text, _ = account
    hidden = [part for part in text.split("\n\n") if "(hidden" in part and "! " in part]
    assert any("expected:" in part and "got:" in part for part in hidden)


def test_account_says_which_cells_ran(account):
    _, text, _ = account
    assert "knn, cell " in text and " s: ran" in text


def test_account_touches_no_score(account):
    course, _, _ = account
    assert not (course.root / "gradebook.db").exists() and not (course.state / "results").exists()


def test_account_of_nobody_is_refused(hw2, account):
    with pytest.raises(CourseError, match="nobody"):
        explain(account[0], hw2.homework, "nobody")
