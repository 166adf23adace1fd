"""What the homeworks' own modules have in common goes from each to the next."""

from itertools import pairwise
from pathlib import Path

import pytest

from autograder.homework import Course, find_regions
from autograder.release.strip import strip_module
from autograder.samples import answer
from labkit.carry import move_regions

COURSE = Course(Path(__file__).parent.parent.parent)
MODULES = [
    (old, new, path.name)
    for old, new in pairwise(COURSE.names())
    for path in sorted((COURSE.solutions / old / "nndl").glob("*.py"))
    if path.name != "__init__.py" and (COURSE.solutions / new / "nndl" / path.name).is_file()
]


def names(text):
    return {region.name for region in find_regions(text)}


@pytest.mark.parametrize("old, new, module", MODULES)
def test_every_common_region_is_carried_and_nothing_is_missing(old, new, module):
    mine, staff = ((COURSE.solutions / name / "nndl" / module).read_text("utf-8") for name in (old, new))
    moved = move_regions(answer(mine), strip_module(staff))
    common = names(mine) & names(staff)
    found = {line.name: (line.state, line.remarks) for line in moved.lines if line.name in common}
    assert found == dict.fromkeys(common, ("carried", ()))
    assert names(moved.text) == names(staff)
