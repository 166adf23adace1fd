"""A course in which everybody is hostile but one, graded once; what they did is looked at in the tests."""

import importlib.util
from pathlib import Path

import pytest
from hostile_class import LONG, QUICK, WASTE, graded

_spec = importlib.util.spec_from_file_location(
    "course_conftest", Path(__file__).parents[1] / "course/conftest.py"
)
_course = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_course)
hw2 = _course.hw2


@pytest.fixture(scope="session")
def quick(hw2, tmp_path_factory):
    return graded(hw2, tmp_path_factory.mktemp("hostile") / "course", QUICK)


@pytest.fixture(scope="session")
def long(hw2, tmp_path_factory):
    return graded(hw2, tmp_path_factory.mktemp("hostile-long") / "course", LONG)


@pytest.fixture(scope="session")
def waste(hw2, tmp_path_factory):
    """Attacks that take all the time there is, of which there is less here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.session.SUBMISSION_SECONDS", 40.0)
        return graded(hw2, tmp_path_factory.mktemp("hostile-waste") / "course", WASTE)
