import re
from types import SimpleNamespace

import numpy as np
import pytest
from small_model import SmallModel, small_data

from labkit import Solver


class Model(SmallModel):
    """A model whose answer can be changed: `change(loss, gradients)` or, without y, `scores`."""

    def __init__(self, change=None, scores=None):
        super().__init__()
        self.change, self.scores = change, scores

    def loss(self, X, y=None):
        answer = super().loss(X, y)
        if y is None:
            return answer if self.scores is None else self.scores(answer)
        return answer if self.change is None else self.change(*answer)


def train(model=None, data=None, **options):
    options = {"batch_size": 5, "verbose": False, "num_epochs": 1} | options
    Solver(model or SmallModel(), data or small_data(), **options).train()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, not 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number of at least 1, not 2.5"),
        ({"batch_size": True}, "batch_size must be a whole number of at least 1, not True"),
        ({"num_epochs": -1}, "num_epochs must be a whole number of at least 1, not -1"),
        (
            {"num_train_samples": "all"},
            "num_train_samples must be a whole number of at least 1, or None, not 'all'",
        ),
        ({"print_every": -1}, "print_every must be a whole number of at least 0, not -1"),
        ({"lr_decay": 0}, "lr_decay must be a number above 0, not 0"),
        ({"lr_decay": "0.9"}, "lr_decay must be a number above 0, not '0.9'"),
        ({"rng": 0}, "rng must be a numpy.random.Generator such as np.random.default_rng(0), not 0"),
        (
            {"optim_config": 1e-3},
            'optim_config must be a dictionary such as {"learning_rate": 1e-3}, not 0.001',
        ),
        (
            {"optim_config": {"learning_rate": "big"}},
            "\"learning_rate\"] must be a number of at least 0, not 'big'",
        ),
        (
            {"optim_config": {"learning_rate": np.nan}},
            '"learning_rate"] must be a number of at least 0, not nan',
        ),
        ({"update_rule": 3}, "update_rule must be a function or the name of one, not 3"),
        ({"checkpoint": "run.pkl"}, "checkpoint must end in .npz, not 'run.pkl'"),
        ({"checkpoint": 5}, "checkpoint must be a file name, not 5"),
        ({"checkpoint": "no/such/run.npz"}, "checkpoint must be in a folder that is there, not in no/such"),
    ],
)
def test_wrong_settings_are_named(options, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        train(**options)


def test_unknown_rules_are_named(monkeypatch, tmp_path):
    for name in ("nndl", "nndl.optim"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    with pytest.raises(ValueError, match=r'"adam" is looked up in nndl/optim.py, which is not here'):
        train(update_rule="adam")
    (tmp_path / "nndl").mkdir()
    (tmp_path / "nndl" / "__init__.py").touch()
    (tmp_path / "nndl" / "optim.py").write_text(
        "from math import sqrt\ndef rmsprop(): pass\ndef adam(): pass\ndef _mine(): pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match=r'"adamm" is not in nndl/optim.py; it has adam, rmsprop$'):
        train(update_rule="adamm")
    for name in ("nndl", "nndl.optim"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"y_train": np.zeros(9, int)}, "data: X_train has 23 examples but y_train has 9 labels"),
        (
            {"y_val": np.zeros(30)},
            "data: y_val must be an array of integer labels (N,), not an array of float64",
        ),
        ({"y_train": np.zeros((23, 3), int)}, "integer labels (N,), not an array of int64 of shape (23, 3)"),
        (
            {"y_train": np.full(23, 3)},
            "y_train must have labels from 0 to 2, because the model gives 3 scores",
        ),
        ({"y_val": np.full(30, -1)}, "data: y_val must have labels of at least 0, not -1"),
        ({"X_val": np.zeros((30, 5))}, "X_train and X_val must have the same shape, not (4,) and (5,)"),
        ({"X_train": [[1.0]]}, "data: X_train must be a NumPy array, not a list of 1"),
        ({"X_train": np.array([["a"]])}, "X_train must be an array of numbers (N, ...), not an array of <U1"),
        ({"X_val": np.zeros((0, 4)), "y_val": np.zeros(0, int)}, "X_val must have at least 1 example, not 0"),
    ],
)
def test_wrong_data_are_named(changes, words):
    for data in (small_data() | changes, SimpleNamespace(**(small_data() | changes))):
        with pytest.raises((TypeError, ValueError), match=re.escape(words)):
            train(data=data)


def test_missing_data_are_named():
    data = small_data()
    del data["y_val"]
    with pytest.raises(ValueError, match="data must have y_val; a dict came that has none"):
        train(data=data)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            SimpleNamespace(),
            "model must have a dictionary params that is not empty; SimpleNamespace has None",
        ),
        (
            SimpleNamespace(params={"W": np.ones(2)}),
            "model must have a method loss(X, y); SimpleNamespace has none",
        ),
        (
            SimpleNamespace(params={"W": np.ones(2, int)}, loss=print),
            'model.params["W"] must be an array of floats, not an array of int64 of shape (2,)',
        ),
        (
            Model(change=lambda loss, gradients: loss),
            "model.loss(X, y) must return the loss and a dictionary of gradients",
        ),
        (
            Model(change=lambda loss, gradients: (np.ones(3), gradients)),
            "must return a loss that is one number, not an array of float64 of shape (3,)",
        ),
        (
            Model(change=lambda loss, gradients: (loss, {"W": gradients["W"]})),
            "must return a gradient for \"b\"; it has 'W'",
        ),
        (
            Model(change=lambda loss, gradients: (loss, gradients | {"W": gradients["W"].T})),
            'the gradient of "W" must have shape (3, 4), as the parameter; it is an array of float64 of shape (4, 3)',
        ),
        (Model(scores=lambda scores: scores.argmax(axis=1)), "model.loss(X) must return scores (N, C)"),
        (Model(scores=lambda scores: None), "for 2 examples it returned None"),
    ],
)
def test_models_that_do_not_fit_are_named(model, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        train(model)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda w, dw, config: w, "update_rule must return next_w and config (a dictionary)"),
        (lambda w, dw, config: (w.sum(), config), 'must return a next_w of shape (3, 4) for "W"'),
    ],
)
def test_rules_that_do_not_fit_are_named(rule, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        train(update_rule=rule)


def test_a_decay_without_a_learning_rate_is_named():
    with pytest.raises(ValueError, match="lr_decay must be 1, because the update rule keeps no"):
        train(update_rule=lambda w, dw, config: (w, config), lr_decay=0.5)
