"""Accuracy questions: a result file that cannot be used brings no points, and says why; nothing crashes."""

import shutil
import zipfile

import numpy as np
import pytest

from autograder.judge import Judge
from autograder.sandbox import Sandbox

pytestmark = pytest.mark.xdist_group("saved")

# homework: question, file, first array of the file, and of which shape the judge wants it
SAVED = {
    "hw2": ("softmax-accuracy", "softmax_best.npz", "W"),
    "hw3": ("two_layer-accuracy", "two_layer_best.npz", "W1"),
    "hw4": ("dropout-accuracy", "fc_best.npz", "W1"),
    "hw5": ("cnn-accuracy", "cnn_best.npz", "W1"),
    "hw6": ("ner-f1", "window_best.npz", "L"),
}


def missing(path, arrays, first):
    del arrays[first]
    np.savez(path, **arrays)


def transposed(path, arrays, first):
    np.savez(path, **{**arrays, first: arrays[first].T})


def flat(path, arrays, first):
    np.savez(path, **{**arrays, first: arrays[first].ravel()})


def empty_array(path, arrays, first):
    np.savez(path, **{**arrays, first: arrays[first][:0]})


def not_finite(path, arrays, first):
    arrays[first] = np.full_like(arrays[first], np.nan)
    np.savez(path, **arrays)


def words(path, arrays, first):
    np.savez(path, **{**arrays, first: arrays[first].astype(str)})


def objects(path, arrays, first):
    np.savez(path, **{**arrays, first: np.array([{"a": 1}], dtype=object)})


def nameless(path, arrays, first):
    np.savez(path, **{"": arrays[first]})


def noise(path, arrays, first):
    path.write_bytes(b"PK noise")


def nothing(path, arrays, first):
    path.write_bytes(b"")


def huge(path, arrays, first):
    """Half a million bytes that unpack to half a gigabyte, and claim to be 25 gigabytes."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (2_000_000, 3072)}
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open(f"{first}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, header)
        for _ in range(32):
            member.write(bytes(1 << 24))


def many(path, arrays, first):
    """Arrays of the right kind with far too many numbers."""
    extra = {"W1": np.zeros((7000, 3072), np.float32), "W2": np.zeros((10, 7000), np.float32)}
    np.savez(path, **{**arrays, first: np.zeros((7000, 3072), np.float32), **extra})


DAMAGES = (
    missing,
    transposed,
    flat,
    empty_array,
    not_finite,
    words,
    objects,
    nameless,
    noise,
    nothing,
    huge,
    many,
)


@pytest.fixture(scope="module", params=sorted(SAVED))
def judged(request, class_of):
    """Name of a homework, its class, and a judge."""
    work = class_of(request.param)
    with Sandbox() as box:
        yield request.param, work, Judge(work.course, work.homework, box)


def graded(judged, folder, damage=None):
    name, work, judge = judged
    question, file, first = SAVED[name]
    place = folder / "submission"
    shutil.copytree(work.solution, place)
    if damage is not None:
        with np.load(place / file, allow_pickle=False) as saved:
            arrays = {key: saved[key] for key in saved.files}
        damage(place / file, arrays, first)
    with judge.merged(place) as merged:
        result = judge.grade(merged, "student", only={question.replace("-", ".", 1)})
    return result, result.question(question)


def test_file_of_the_solution_gets_every_point(judged, tmp_path):
    _, question = graded(judged, tmp_path)
    assert question.score == question.points


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_unusable_file_gets_nothing_and_a_reason(judged, damage, tmp_path):
    result, question = graded(judged, tmp_path, damage)
    assert question.score == 0
    problems = [finding.problem for outcome in question.outcomes for finding in outcome.findings]
    assert any(problems)
    assert not [note.reason for note in result.notes if note.kind == "alert"]
    assert not any("Traceback" in problem or "Error" in problem for problem in problems), problems


def test_weights_that_guess_get_next_to_nothing(judged, tmp_path):
    def zeros(path, arrays, first):
        np.savez(path, **{**arrays, first: np.zeros_like(arrays[first])})

    _, question = graded(judged, tmp_path, zeros)
    assert question.score <= 0.2 * question.points
