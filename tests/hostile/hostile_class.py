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
    "float_subclass", "flood_of_remarks", "forged_replies", "graded_cells_are_gone", "gradebook_and_others", "gradients_that_are_not",
    "hidden_inputs_in_messages", "hidden_inputs_in_names", "hidden_inputs_kept_for_later", "kills_others",
    "importlib_is_patched", "labkit_is_patched", "lazy_objects", "lent_arrays_are_lied_about", "links_and_devices", "looks_around", "markup_in_messages",
    "modules_are_replaced", "names_that_climb", "names_that_command", "network", "notebook_hooks", "notebooks_of_every_version", "odd_json", "outlives_the_grading", "pickle_in_weights",
    "points_and_ids_changed", "reads_the_judge", "scores_in_outputs", "scripts_in_answers", "searches_the_heap", "surrogates_everywhere",
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
WRONG_ANSWERS = {  # nothing but wrong: there is no attempt that staff could be told of
    "deep_recursion", "fake_reports", "gradients_that_are_not", "hidden_inputs_in_messages", "hidden_inputs_in_names",
    "hidden_inputs_kept_for_later", "impossible_shapes", "infinite_everywhere", "markup_in_messages", "nan_everywhere",
    "nothing_is_returned", "numerical_gradients", "one_number_for_all", "answers_from_before", "output_bomb", "sys_exit",
    "weights_are_nan", "weights_of_other_kinds", "weights_overflow", "lazy_objects", "timestamp_of_another_age", "scores_in_outputs",
    "scripts_in_answers", "notebooks_of_every_version",
}  # fmt: skip
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
