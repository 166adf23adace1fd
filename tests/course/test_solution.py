"""The homework as staff wrote it: the solution scores 100, the scaffold nothing, the notebooks run through."""

from pathlib import Path

import pytest

from autograder.homework import Course
from autograder.validate import validate_homework

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", Course(ROOT).names())
def test_homework_is_fit_to_be_released(name):
    course = Course(ROOT)
    problems = validate_homework(course, course.homework(name), budget=False)
    assert problems == []
