import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import softmax, two_layer

from labkit.gradcheck import check_loss

seeds = st.integers(0, 2**32 - 1)
N, D, C, REG = 7, 5, 4, 0.3


def problem(seed=0, n=N, d=D, c=C, dtype=float):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)).astype(dtype), rng.integers(0, c, n)
    return X, y, {"W": rng.standard_normal((c, d)).astype(dtype), "b": rng.standard_normal(c).astype(dtype)}


def check_softmax(change=lambda dW, db, params: (dW, db), *, reg=REG, seed=0, sizes=(), **options):
    X, y, params = problem(seed, *sizes)

    def loss_and_gradients(values):
        loss, dW, db = softmax(values["W"], values["b"], X, y, reg)
        return loss, *change(dW, db, values)

    options = {"batch_size": len(y), "reg": reg, **options}
    return check_loss(loss_and_gradients, params, rng=np.random.default_rng(1), **options)


@given(seeds, st.sampled_from([(1, 5, 4), (7, 1, 2), (7, 5, 4), (20, 30, 10)]), st.sampled_from([0.0, 0.3]))
@settings(max_examples=20, deadline=None)
def test_right_gradients_pass(seed, sizes, reg):
    report = check_softmax(seed=seed, sizes=sizes, reg=reg)
    assert report.passed, str(report)


def test_gradients_may_come_as_dictionary_or_tuple():
    X, y, params = problem()

    def as_dictionary(p):
        loss, dW, db = softmax(p["W"], p["b"], X, y)
        return loss, {"b": db, "W": dW}

    def as_tuple(p):
        loss, dW, db = softmax(p["W"], p["b"], X, y)
        return loss, (dW, db)

    for function in (as_dictionary, as_tuple):
        assert check_loss(function, params, rng=np.random.default_rng(0)).passed


def test_a_cheaper_loss_is_used_for_the_differences():
    X, y, params = problem()
    calls = []

    def loss_and_gradients(p):
        calls.append(1)
        return softmax(p["W"], p["b"], X, y)

    def loss(p):
        return softmax(p["W"], p["b"], X, y)[0]

    assert check_loss(loss_and_gradients, params, rng=np.random.default_rng(0), loss=loss).passed
    assert len(calls) == 2


WRONG = [
    ("dW", lambda dW, db, p: (dW - REG * p["W"], db), "missing_regularization"),
    ("dW", lambda dW, db, p: (dW + REG * p["W"], db), "regularization_doubled"),
    ("db", lambda dW, db, p: (dW, db + REG * p["b"]), "regularization_on_bias"),
    ("dW", lambda dW, db, p: (dW - REG / 2 * p["W"], db), "regularization_factor"),
    ("dW", lambda dW, db, p: (N * (dW - REG * p["W"]) + REG * p["W"], db), "missing_mean"),
    ("dW", lambda dW, db, p: (N * (dW - REG * p["W"]), db), "missing_mean_and_regularization"),
    ("dW", lambda dW, db, p: (dW - (1 - 1 / N) * REG * p["W"], db), "regularization_averaged"),
    ("dW", lambda dW, db, p: (REG * p["W"], db), "only_regularization"),
    ("dW", lambda dW, db, p: (dW - REG * p["W"] + REG, db), "regularization_without_parameter"),
    ("dW", lambda dW, db, p: (N**2 * (dW - REG * p["W"]) + REG * p["W"], db), "data_factor"),
    ("dW", lambda dW, db, p: (N * dW, db), "missing_mean"),
    ("db", lambda dW, db, p: (dW, N * db), "missing_mean"),
    ("db", lambda dW, db, p: (dW, db / N), "mean_twice"),
    ("dW", lambda dW, db, p: (-dW, db), "sign"),
    ("dW", lambda dW, db, p: (2 * dW, db), "factor_2"),
    ("dW", lambda dW, db, p: (0.9 * dW, db), "factor"),
    ("dW", lambda dW, db, p: (np.zeros_like(dW), db), "all_zero"),
    ("dW", lambda dW, db, p: (dW.T, db), "shape_transposed"),
    ("db", lambda dW, db, p: (dW, db[None]), "kept_dimension"),
    ("db", lambda dW, db, p: (dW, db[:, None]), "kept_dimension"),
]


@pytest.mark.parametrize(("name", "change", "code"), WRONG, ids=[f"{row[0]}-{row[2]}" for row in WRONG])
def test_wrong_gradients_are_caught_and_named(name, change, code):
    report = check_softmax(change)
    assert not report.gradients[name].passed
    diagnosis = report.gradients[name].diagnosis
    assert diagnosis is not None and diagnosis.code == code, str(report)
    assert report.credit == 0.5


def test_forgotten_regularization_is_named_without_knowing_its_strength():
    report = check_softmax(lambda dW, db, p: (dW - REG * p["W"], db), **{"batch_size": None})
    assert report.gradients["dW"].diagnosis.code == "missing_regularization"
    X, y, params = problem()

    def forgetful(p):
        loss, dW, db = softmax(p["W"], p["b"], X, y, REG)
        return loss, dW - REG * p["W"], db

    report = check_loss(forgetful, params, rng=np.random.default_rng(0))
    assert report.gradients["dW"].diagnosis.code == "missing_regularization"


def test_a_square_transpose_is_caught():
    report = check_softmax(lambda dW, db, p: (dW.T, db), sizes=(6, 4, 4))
    assert report.gradients["dW"].diagnosis.code == "transposed"


def test_mistakes_in_large_arrays_are_named_within_the_budget():
    for change, code in (
        (lambda dW, db, p: (dW - REG * p["W"], db), "missing_regularization"),
        (lambda dW, db, p: (20 * dW, db), "missing_mean"),
        (lambda dW, db, p: (dW.T, db), "transposed"),
    ):
        report = check_softmax(change, sizes=(20, 60, 60), budget=600)
        assert report.gradients["dW"].diagnosis.code == code, str(report)
        assert report.gradients["dW"].evaluations <= 600


def test_one_wrong_entry_of_a_large_array_is_found():
    def spoil(dW, db, p):
        dW = dW.copy()
        dW[17, 150] += 0.01
        return dW, db

    report = check_softmax(spoil, sizes=(10, 200, 40))
    one = report.gradients["dW"]
    assert one.worst == (17, 150)
    assert one.diagnosis.code == "few_entries"


@given(seeds, st.sampled_from([0.0, 0.1]))
@settings(max_examples=15, deadline=None)
def test_a_relu_net_passes(seed, reg):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((5, 4)), rng.integers(0, 3, 5)
    params = {
        "W1": rng.standard_normal((10, 4)),
        "b1": np.zeros(10),
        "W2": rng.standard_normal((3, 10)),
        "b2": np.zeros(3),
    }
    report = check_loss(lambda p: two_layer(p, X, y, reg), params, rng=rng, batch_size=5, reg=reg)
    assert report.passed, str(report)


def test_a_wide_relu_net_with_thousands_of_units_passes_in_few_evaluations():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((100, 50)), rng.integers(0, 5, 100)
    params = {
        "W1": 0.1 * rng.standard_normal((80, 50)),
        "b1": np.zeros(80),
        "W2": 0.1 * rng.standard_normal((5, 80)),
        "b2": np.zeros(5),
    }
    report = check_loss(lambda p: two_layer(p, X, y, 0.1), params, rng=rng)
    assert report.passed, str(report)
    assert report.gradients["dW1"].evaluations < 50

    def forgetful(p):
        loss, grads = two_layer(p, X, y, 0.1)
        return loss, {**grads, "W1": grads["W1"] - 0.1 * p["W1"]}

    report = check_loss(forgetful, params, rng=rng, reg=0.1)
    assert report.gradients["dW1"].diagnosis.code == "missing_regularization"


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_many_kinks_within_a_step_are_resolved(seed):
    """Tiny weights and zero biases: one step of the bias switches every unit for every example."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((20, 30)), rng.integers(0, 10, 20)
    params = {
        "W1": 1e-4 * rng.standard_normal((30, 30)),
        "b1": np.zeros(30),
        "W2": 1e-4 * rng.standard_normal((10, 30)),
        "b2": np.zeros(10),
    }
    report = check_loss(lambda p: two_layer(p, X, y, 0.1), params, rng=rng)
    assert report.passed, str(report)


@pytest.mark.parametrize("scale", [1e-4, 1.0])
def test_float32_models_pass(scale):
    X, y, params = problem(0, 30, 50, 10, np.float32)
    params = {name: value * np.float32(scale) for name, value in params.items()}
    report = check_loss(lambda p: softmax(p["W"], p["b"], X, y, 0.1), params, rng=np.random.default_rng(0))
    assert report.passed, str(report)


def test_pixels_up_to_255_and_tiny_weights():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, (10, 300)).astype(float), rng.integers(0, 10, 10)
    params = {"W": 1e-4 * rng.standard_normal((10, 300)), "b": np.zeros(10)}
    report = check_loss(lambda p: softmax(p["W"], p["b"], X, y, 0.1), params, rng=rng)
    assert report.passed, str(report)

    def forgetful(p):
        loss, dW, db = softmax(p["W"], p["b"], X, y, 0.1)
        return loss, 10 * dW, db

    assert (
        check_loss(forgetful, params, rng=rng, batch_size=10).gradients["dW"].diagnosis.code == "missing_mean"
    )


def test_faults_of_the_function_are_named():
    X, y, params = problem()
    rng = np.random.default_rng(0)

    def changing(p):
        result = softmax(p["W"], p["b"], X, y)
        p["W"] -= result[1]
        return result

    def random(p):
        return (rng.standard_normal(), *softmax(p["W"], p["b"], X, y)[1:])

    total = {"W": 0.0}

    def accumulating(p):
        loss, dW, db = softmax(p["W"], p["b"], X, y)
        total["W"] = total["W"] + dW
        return loss, total["W"].copy(), db

    cases = [
        (changing, "changes W in place"),
        (random, "different number each time"),
        (accumulating, "dW is different when it is computed a second time"),
        (lambda p: 1.0, "must return the loss and its gradients"),
        (lambda p: (np.ones(3), {}), "single number; got shape (3,)"),
        (lambda p: (np.nan, {"W": p["W"], "b": p["b"]}), "loss is not finite"),
    ]
    for function, words in cases:
        report = check_loss(function, params, rng=np.random.default_rng(0))
        assert not report.passed
        assert words in report.problem


def test_a_missing_gradient_is_named():
    X, y, params = problem()

    def partial(p):
        loss, dW, _ = softmax(p["W"], p["b"], X, y)
        return loss, {"W": dW}

    report = check_loss(partial, params, rng=np.random.default_rng(0))
    assert report.gradients["dW"].passed
    assert report.gradients["db"].problem == "db is None: no gradient was returned for it."


def test_parameters_are_not_changed():
    _, _, params = problem()
    before = {name: value.copy() for name, value in params.items()}

    def destructive(p):
        p["W"][:] = 0
        raise KeyError("W")

    with pytest.raises(KeyError):
        check_loss(destructive, params, rng=np.random.default_rng(0))
    for name, value in before.items():
        np.testing.assert_array_equal(params[name], value)


def test_integer_parameters_are_not_differentiated():
    X, y, params = problem()
    report = check_loss(
        lambda p: (
            softmax(p["W"], p["b"], X, y)[0],
            dict(zip("Wb", softmax(p["W"], p["b"], X, y)[1:], strict=True)),
        ),
        {**params, "classes": np.arange(3)},
        rng=np.random.default_rng(0),
    )
    assert list(report.gradients) == ["dW", "db"]
    assert report.passed
