"""hw5 as staff wrote it: the solution gets every point, the scaffold none, the notebooks run through."""

from pathlib import Path

import pytest

from autograder.homework import Course
from autograder.validate import validate_homework

ROOT = Path(__file__).parent.parent.parent


def test_solution_scores_all_and_scaffold_nothing():
    course = Course(ROOT)
    assert validate_homework(course, course.homework("hw5"), notebooks=False) == []


@pytest.mark.slow
def test_homework_is_fit_to_be_released():
    course = Course(ROOT)
    assert validate_homework(course, course.homework("hw5"), budget=False) == []
