"""What a check sees of a student in a sandbox."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.sandbox import Sandbox, Worker, is_remote
from autograder.sandbox import type_name as name_over_there
from labkit.checks import CheckFailed, expect
from labkit.checks.student import LocalStudent, StudentError
from labkit.gradcheck.returned import type_name

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


def failure(action: object) -> StudentError:
    with pytest.raises(StudentError) as caught:
        action()  # type: ignore[operator]
    return caught.value


def test_methods_attributes_and_arrays(worker: Worker) -> None:
    model = worker.student().model.Model(scale=2.0)
    X = np.random.default_rng(0).standard_normal((4, 3))
    np.testing.assert_array_equal(model.scores(X), 2.0 * X @ np.arange(6.0).reshape(2, 3).T)
    model.W = np.ones((5, 3), np.float32)
    assert model.W.dtype == np.float32
    assert model.scores(X).shape == (4, 5)
    assert model.scale == 2.0
    assert is_remote(model)
    assert name_over_there(model) == "Model"
    assert repr(model) == "<the student's Model>"


def test_containers_arrive_to_one_level(worker: Worker) -> None:
    history = worker.student().model.Model().history
    assert history[0] == 1.0
    assert [is_remote(item) for item in history] == [False, True, True]
    assert history[1][0] == 2.0
    assert len(history[1]) == 2
    assert list(history[1]) == [2.0, 3.0]
    assert history[2]["loss"] == 4.0
    assert history[2].keys() == ["loss"]
    history[2]["loss"] = np.arange(3)
    np.testing.assert_array_equal(history[2]["loss"], [0, 1, 2])
    assert not worker.student().function("[[]]")[0]


@pytest.fixture(params=["sandbox", "notebook"])
def student(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The twins: a student in a sandbox and one in this process. A check cannot tell them apart."""
    if request.param == "sandbox":
        return request.getfixturevalue("worker").student()
    return LocalStudent(tmp_path, {})


def test_what_a_student_does_to_an_argument_stays_there(student: Any) -> None:
    param, items = {"mode": "train", "lists": [[1]]}, [1, np.zeros(2)]
    change = student.function(
        "lambda param, items: (param.update(mean=1), param['lists'][0].append(2), items[1].fill(7), items.pop(0))[3]"
    )
    assert change(param, items) == 1
    assert param == {"mode": "train", "lists": [[1]]}
    assert items[0] == 1 and not items[1].any()


def test_every_call_gets_a_generator_in_the_state_that_it_has_here(student: Any) -> None:
    draw, rng = student.function("lambda rng: rng.random()"), np.random.default_rng(5)
    assert draw(rng) == draw(rng) == rng.random()


MODE = "__import__('enum').StrEnum('Mode', ['TRAIN', 'TEST'])"


def test_a_value_of_a_class_of_its_own_goes_back_as_what_it_is(student: Any) -> None:
    mode = student.function(MODE).TEST
    assert mode == "test"
    assert student.function("lambda mode: type(mode).__name__")(mode) == "Mode"
    third = student.function("lambda: (__import__('fractions').Fraction(1, 3), [1])")()[0]
    expect.number("a third", third, 1 / 3)
    assert student.function("lambda x: f'{x}'")(third) == "1/3"
    expect.number("far", student.function("__import__('decimal').Decimal")("Infinity"), np.inf)
    level = student.function("__import__('enum').IntEnum('Level', ['LOW', 'HIGH'])").HIGH
    assert level == 2 and student.function("lambda level: level.name")(level) == "HIGH"


def test_a_masked_array_keeps_its_mask_on_the_way(student: Any) -> None:
    masked = student.function("lambda x: (x, np.ma.masked_less(x, 0))")
    out, cache = masked(np.array([[-1.0, 2.0], [3.0, -4.0]]))
    expect.close("values", cache, out)
    mask = student.function("lambda array: np.array(np.ma.getmaskarray(array))")
    np.testing.assert_array_equal(mask(cache), [[True, False], [False, True]])
    assert not mask(cache + 1).any() and not mask(out).any()


def test_an_array_of_a_class_of_its_own_goes_back_by_value_once_it_has_changed(worker: Worker) -> None:
    array = worker.student().function("np.ma.MaskedArray")(np.ones((2, 2)))
    array[0, 0] = 5
    np.testing.assert_array_equal(worker.student().function("lambda x: x + 0")(array), [[5, 1], [1, 1]])


def test_items_of_a_container_in_a_container(student: Any) -> None:
    pair, _ = student.function("lambda: ((1.0, 2.0), 3.0)")()
    assert expect.items("the pair", pair, 2) == [1.0, 2.0]
    with pytest.raises(CheckFailed, match="should be three numbers, but holds 2"):
        expect.items("the pair", pair, 3, "numbers")


def test_a_class_of_arrays_in_a_container_is_an_object(student: Any) -> None:
    kinds = student.function("lambda: (np.memmap, np.ma.MaskedArray)")()
    assert kinds[1](np.ones((2, 2))).shape == (2, 2)


def test_named_tuples_and_other_dicts_are_containers(student: Any) -> None:
    pair = student.function("__import__('collections').namedtuple('Pair', 'loss grads')")(1.5, np.ones(2))
    assert isinstance(pair, tuple) and pair[0] == 1.5
    ordered = student.function("lambda: __import__('collections').OrderedDict(W=np.ones(2))")()
    assert isinstance(ordered, dict) and ordered["W"].all()


def test_an_object_without_end_is_not_waited_for(student: Any) -> None:
    count = student.function("__import__('itertools').count")
    error = failure(lambda: list(count()))
    assert (error.error_type, error.message) == ("OverflowError", "more than 100000 items")


def test_an_exception_of_a_class_of_its_own_is_also_those_above_it(student: Any) -> None:
    source = "lambda: (_ for _ in ()).throw(type('SizeError', (ValueError,), {})('5 on 3 pixels'))"
    expect.raises("ValueError", student.function(source), "the sizes")
    with pytest.raises(CheckFailed):
        expect.raises("TypeError", student.function(source), "the sizes")
    assert failure(student.function(source)).error_type == "SizeError"


def test_an_object_is_no_array(student: Any) -> None:
    box = student.function("lambda: type('Box', (), {'__array__': lambda self, *_, **__: np.ones(2)})()")()
    with pytest.raises(TypeError, match="is no array"):
        np.asarray(box)


def test_what_was_looked_at_does_not_change_later(student: Any) -> None:
    box = student.function("type('Box', (), {'params': {'W': np.zeros(2)}, 'steps': [1]})")()
    params, steps = box.params, box.steps
    student.function("lambda box: (box.params['W'].fill(1), box.params.update(b=2), box.steps.append(2))[0]")(
        box
    )
    assert list(params) == ["W"] and not params["W"].any() and steps == [1]
    assert box.params["b"] == 2 and box.params["W"].all() and box.steps == [1, 2]
    assert box.params.keys() == {"W": 0, "b": 0}.keys()


def test_a_container_in_a_container_stays_the_students_own(student: Any) -> None:
    out, cache = student.function("lambda x: (x, [x, {'n': 1}])")(np.ones(2))
    assert out.all() and not isinstance(cache, list) and type_name(cache) == "list"
    student.function("lambda cache: cache.append(3)")(cache)
    assert len(cache) == 3 and bool(cache) and cache[2] == 3
    cache[2] = 4
    assert list(cache)[2] == 4
    with pytest.raises(CheckFailed) as caught:
        expect.array("dw", cache, (2,))
    assert caught.value.findings[0].problem == "is a list, but a NumPy array was expected."


def test_a_type_of_the_students_own_tells_nothing(worker: Worker) -> None:
    secret = worker.student().function("type('inputs were 1.5 and 2', (), {})")()
    with pytest.raises(CheckFailed) as caught:
        expect.array("dw", secret, (2,))
    assert "1.5" not in caught.value.findings[0].problem


def test_arguments_arrive_as_they_were_sent(worker: Worker) -> None:
    echo = worker.student().model.echo
    for value in (
        None,
        True,
        3,
        10**30,
        1.5,
        float("inf"),
        1 + 2j,
        "é",
        b"x",
        (1, 2),
        [1.0],
        {"a": 1, 2: "b"},
    ):
        assert echo(value) == value
        assert type(echo(value)) is type(value)
    assert type(echo(np.float32(1.5))) is np.float32
    args, kwargs = worker.student().model.same(1, [2, [3]], key={"a": (4,)})
    assert args[1][1][0] == 3
    assert kwargs["key"]["a"][0] == 4


def test_generators_arrive_with_their_state(worker: Worker) -> None:
    for bits in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
        rng = np.random.Generator(bits(5))
        rng.standard_normal(3)
        np.testing.assert_array_equal(worker.student().model.draw(rng), rng.standard_normal(4))


def test_kept_arrays_show_changes_in_place(worker: Worker) -> None:
    student = worker.student()
    kept = student.keep(np.ones(3))
    student.model.double(kept)
    np.testing.assert_array_equal(student.value(kept), [2, 2, 2])


def test_functions_live_on_the_students_side(worker: Worker) -> None:
    student = worker.student()
    assert student.model.apply(student.function("lambda v: np.abs(v).sum()"), np.array([-1.0, 2.0])) == 3.0


def test_slices_are_keys(worker: Worker) -> None:
    kept = worker.student().keep(np.arange(12).reshape(3, 4))
    np.testing.assert_array_equal(kept[1:, ::2], [[4, 6], [8, 10]])
    np.testing.assert_array_equal(kept[..., -1], [3, 7, 11])


def test_iteration_ends_for_generators_without_end(worker: Worker) -> None:
    model = worker.student().model
    assert list(model.count()) == [0, 1, 2, 3, 4]
    assert failure(lambda: list(model.forever())).error_type == "OverflowError"


def test_saved_arrays(worker: Worker, sandbox: Sandbox, submission: Path, tmp_path: Path) -> None:
    (tmp_path / "nndl").mkdir()
    np.savez(tmp_path / "best.npz", W=np.ones((2, 3)), b=np.zeros(2))
    np.savez(tmp_path / "objects.npz", W=np.array([{}], dtype=object))
    (tmp_path / "noise.npz").write_bytes(b"noise")
    with sandbox.worker(tmp_path) as other:
        saved = other.student().saved("best.npz")
        assert sorted(saved) == ["W", "b"]
        np.testing.assert_array_equal(saved["W"], np.ones((2, 3)))
        for name in ("objects.npz", "noise.npz", "absent.npz"):
            assert failure(lambda name=name: other.student().saved(name)).kind == "missing"


def test_errors_name_the_students_lines(worker: Worker) -> None:
    error = failure(worker.student().model.Model().broken)
    assert (error.kind, error.error_type, error.message) == (
        "exception",
        "ZeroDivisionError",
        "float division by zero",
    )
    assert [frame[0] for frame in error.frames] == ["nndl/model.py", "nndl/model.py"]
    assert [frame[2] for frame in error.frames] == ["broken", "helper"]
    assert error.frames[1][3] == "return 1 / (model.scale - model.scale)"


def test_what_is_not_written_is_told_from_what_is_wrong(worker: Worker) -> None:
    error = failure(worker.student().model.Model().empty)
    assert (error.kind, error.message) == ("not written", "model.empty")


def test_a_syntax_error_names_its_line(worker: Worker) -> None:
    error = failure(lambda: worker.student().typo)
    assert (error.kind, error.error_type) == ("exception", "SyntaxError")
    assert error.frames[-1][:2] == ("nndl/typo.py", 2)


def test_a_module_that_does_not_import_does_not_harm_others(worker: Worker) -> None:
    assert failure(lambda: worker.student().needs).error_type == "ModuleNotFoundError"
    assert failure(lambda: worker.student().needs).kind == "exception"
    assert failure(lambda: worker.student().absent).kind == "missing"
    assert worker.student().model.echo(1) == 1
    with pytest.raises(AttributeError):
        _ = worker.student().os


def test_missing_names_are_attribute_errors(worker: Worker) -> None:
    model = worker.student().model
    assert not hasattr(model, "Nothing")
    assert getattr(model.Model(), "nothing", 7) == 7
    assert failure(lambda: model.Nothing).kind == "missing"


def test_numpy_refuses_remote_objects(worker: Worker) -> None:
    model = worker.student().model.Model()
    with pytest.raises(TypeError):
        np.asarray(model)
    with pytest.raises(TypeError):
        np.ones(3) + model
    with pytest.raises(AttributeError):
        _ = model.__array_interface__


def test_objects_that_are_let_go_are_let_go_over_there(worker: Worker) -> None:
    student = worker.student()
    watch = student.function("__import__('weakref').WeakSet()")
    kept = student.model.Model()
    watch.add(kept)
    assert len(watch) == 1
    del kept
    worker.ping()
    assert len(watch) == 0


def test_large_results_stay_over_there(worker: Worker) -> None:
    student = worker.student()
    assert is_remote(student.function("np.zeros(2**24)"))
    assert is_remote(student.function("'a' * 2**21"))
    assert is_remote(student.function("[0] * 2**20"))
    with pytest.raises(TypeError, match="too large"):
        student.model.echo([np.zeros(2**23), np.zeros(2**23), np.zeros(2**23)])
    assert student.model.echo(1) == 1
