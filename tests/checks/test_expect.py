"""Expectations accept what is right in any style, and refuse what is wrong with a reason."""

import numpy as np
import pytest

from labkit.checks import CheckFailed, StudentError, expect


def finding(call):
    with pytest.raises(CheckFailed) as failure:
        call()
    return failure.value.findings[0]


@pytest.mark.parametrize(
    "got", [3, 3.0, np.float64(3), np.float32(3), np.int64(3), np.array(3.0), np.array(3)], ids=repr
)
def test_number_accepts_every_kind_of_number(got):
    expect.number("loss", got, 3.0)


@pytest.mark.parametrize(
    "got, words",
    [
        (None, "return missing"),
        ("3", "a str"),
        (True, "a bool"),
        (np.array([3.0]), "shape (1,)"),
        (float("nan"), "finite"),
        (float("inf"), "finite"),
        (3 + 1e-3, "not right"),
        (3 + 0j, "a complex"),
    ],
)
def test_number_refuses_with_a_reason(got, words):
    assert words in finding(lambda: expect.number("loss", got, 3.0)).problem


def test_close_never_broadcasts():
    problem = finding(lambda: expect.close("db", np.ones((1, 5)), np.ones(5))).problem
    assert "shape (1, 5)" in problem and "keepdims" in problem


def test_close_recognises_a_transposed_shape():
    assert "transposed" in finding(lambda: expect.close("dW", np.ones((3, 4)), np.ones((4, 3)))).problem


def test_close_takes_infinity_where_it_is_expected():
    expect.close("x", np.array([np.inf, 1.0]), np.array([np.inf, 1.0]))
    assert finding(lambda: expect.close("x", np.array([-np.inf, 1.0]), np.array([np.inf, 1.0])))


def test_close_names_the_worst_place():
    got = np.zeros((3, 4))
    got[2, 1] = 0.5
    found = finding(lambda: expect.close("out", got, np.zeros((3, 4))))
    assert found.where == "[2, 1]" and "1 of 12 values is" in found.problem
    assert np.array(found.picture).shape == (3, 4)


def test_close_holds_the_dtype_that_is_asked_for():
    expect.close("dx", np.ones(2, np.float32), np.ones(2), dtype=np.float32)
    assert "float32" in finding(lambda: expect.close("dx", np.ones(2), np.ones(2), dtype=np.float32)).problem


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64, np.uint8])
def test_labels_accept_every_integer_type(dtype):
    expect.labels("prediction", np.array([1, 2], dtype), np.array([1, 2]))


@pytest.mark.parametrize(
    "got, words",
    [
        (np.array([1.0, 2.0]), "float64"),
        ([1, 2], "a list"),
        (np.array([[1], [2]]), "shape (2, 1)"),
        (np.array([1, 3]), "1 of 2 labels is wrong"),
    ],
)
def test_labels_refuse_with_a_reason(got, words):
    assert words in finding(lambda: expect.labels("prediction", got, np.array([1, 2]))).problem


def test_several_gives_the_share_that_holds():
    with pytest.raises(CheckFailed) as failure:
        expect.several(
            lambda: expect.number("a", 1, 1),
            lambda: expect.number("b", 1, 2),
            lambda: expect.number("c", 3, 3),
        )
    assert failure.value.credit == pytest.approx(2 / 3)
    assert [found.what for found in failure.value.findings] == ["b"]


def test_picture_of_a_large_array_keeps_the_largest_error():
    error = np.zeros((500, 3072))
    error[499, 3071] = 1.0
    rows = expect.picture(error)
    assert len(rows) == len(rows[0]) == 32
    assert rows[-1][-1] == 1.0 and sum(map(sum, rows)) == 1.0


@pytest.mark.parametrize("got", [(1.0, 2.0), [1.0, 2.0], np.array([1.0, 2.0])], ids=repr)
def test_items_come_together_in_any_container(got):
    assert expect.items("the result", got, 2) == [1.0, 2.0]


def test_an_array_is_no_output_and_cache():
    got = finding(lambda: expect.items("what is returned", np.zeros((2, 3)), 2, "things", stacked=False))
    assert got.problem == "is an array of shape (2, 3), but should be two things."


def test_many_items_are_counted_in_digits():
    got = finding(lambda: expect.items("output_shapes", [(3, 8, 8)], 14, "entries"))
    assert got.problem == "should be 14 entries, but holds 1."


def test_items_of_an_array_are_its_rows():
    first, second = expect.items("the result", np.arange(6).reshape(2, 3), 2, "arrays")
    assert first.tolist() == [0, 1, 2] and second.tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    "got, words",
    [
        (None, "is None (is a return missing?), but should be two numbers."),
        (1.5, "is a float, but should be two numbers."),
        ((n for n in "ab"), "is a generator (a yield in place of return?), but should be two numbers."),
        (np.array(1.5), "is an array of shape (), but should be two numbers."),
        ((1.0,), "should be two numbers, but holds 1."),
        (np.zeros(3), "should be two numbers, but holds 3."),
    ],
)
def test_items_are_counted(got, words):
    assert finding(lambda: expect.items("the result", got, 2, "numbers")).problem == words


@pytest.mark.parametrize(
    "name, words", [("KeyError", "raised KeyError,"), ("INPUTS_29x7x2", "raised an exception of its own,")]
)
def test_an_exception_with_a_name_of_the_students_is_not_named(name, words):
    def call():
        raise StudentError("exception", name, "29x7x2")

    found = finding(lambda: expect.raises("ValueError", call, "the sizes"))
    assert words in found.problem and "29x7x2" not in found.problem
