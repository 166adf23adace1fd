"""A course in which everybody is hostile but one: handing in, grading, and what is there before and after."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hostile_files import BUILDERS
from hostile_starts import make_start, read_attacks

from autograder.grade import grade_class
from autograder.homework import Course
from autograder.results import SubmissionResult

MODULES = {attack.name: attack for attack in read_attacks()}
STARTS = {name: attack.start for name, attack in MODULES.items()} | {
    name: s for name, (s, _) in BUILDERS.items()
}
QUICK = (
    "cells_with_wild_ids", "checks_and_library_of_its_own", "deep_metadata", "ends_itself", "equal_to_everything",
    "flood_of_remarks", "forged_replies", "graded_cells_are_gone", "gradebook_and_others", "gradients_that_are_not",
    "hidden_inputs_in_messages", "hidden_inputs_in_names", "hidden_inputs_kept_for_later", "kills_others",
    "labkit_is_patched", "lent_arrays_are_lied_about", "links_and_devices", "looks_around", "markup_in_messages",
    "modules_are_replaced", "names_that_command", "network", "notebook_hooks", "odd_json", "pickle_in_weights",
    "points_and_ids_changed", "scores_in_outputs", "scripts_in_answers", "surrogates_everywhere",
    "timestamp_is_a_pipe", "timestamp_is_nonsense", "weights_overflow",
)  # fmt: skip
WASTE = (
    "cells_end_the_run",
    "cells_sleep",
    "deaf_to_everything",
    "endless_containers",
    "sleeps_in_checks",
    "thread_bomb",
)
LONG = tuple(sorted(set(STARTS) - set(QUICK) - set(WASTE)))
BYSTANDER = "bystander"


@dataclass(frozen=True)
class Graded:
    """A graded class: results by student, and what else there was before and after."""

    course: Course
    results: dict[str, SubmissionResult]
    before: dict[str, str]
    left: set[Path]

    def honest(self, name):
        """The result of an attack's honest part."""
        return self.results[f"start-{STARTS[name]}"]


def build(name, hw2, folder):
    """Write a hostile submission."""
    make_start(STARTS[name], hw2.release, hw2.solution, folder)
    if name in MODULES:
        MODULES[name].build(folder)
    else:
        BUILDERS[name][1](folder)


def hand_in(hw2, course, names):
    for name in names:
        build(name, hw2, course.submitted / name / "hw2")
    for start in {STARTS[name] for name in names}:
        make_start(start, hw2.release, hw2.solution, course.submitted / f"start-{start}" / "hw2")
    make_start("solution", hw2.release, hw2.solution, course.submitted / BYSTANDER / "hw2")


def contents(course):
    """A hash of every file that grading must not change."""
    found = {}
    for place in (course.root / "solutions", course.assignments, course.submitted / BYSTANDER):
        for path in sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found[str(path.relative_to(course.root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def graded(hw2, folder, names):
    course = hw2.copy(folder)
    hand_in(hw2, course, names)
    (course.root / "CANARY").write_text("alive", encoding="utf-8")
    os.environ["CANARY"] = "CANARY in the environment"
    known = set(Path(tempfile.gettempdir()).glob("hostile-*"))
    before = contents(course)
    try:
        done = grade_class(course, hw2.homework, workers=2)
    finally:
        del os.environ["CANARY"]
    left = set(Path(tempfile.gettempdir()).glob("hostile-*")) - known
    return Graded(course, {result.student: result for result in done.results}, before, left)
