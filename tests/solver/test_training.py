import sys
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import SmallModel, momentum, small_data

from labkit import Solver


def solver_of(model=None, data=None, seed=0, **options):
    options = {
        "optim_config": {"learning_rate": 0.1},
        "num_epochs": 3,
        "batch_size": 5,
        "verbose": False,
    } | options
    rng = np.random.default_rng(seed)
    return Solver(model or SmallModel(), data or small_data(), rng=rng, **options)


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].dtype == second[name].dtype
        np.testing.assert_array_equal(first[name], second[name])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(1, 3), st.integers(0, 9))
def test_an_epoch_takes_each_example_once(N, batch_size, num_epochs, seed):
    model, data = SmallModel(), small_data(N)
    data["X_train"][:, 0] = np.arange(N)
    solver_of(model, data, seed, num_epochs=num_epochs, batch_size=batch_size).train()
    sizes = [len(X) for X in model.seen]
    per_epoch = -(-N // batch_size)
    assert len(sizes) == num_epochs * per_epoch and max(sizes) <= batch_size
    for epoch in range(num_epochs):
        batches = model.seen[epoch * per_epoch : (epoch + 1) * per_epoch]
        np.testing.assert_array_equal(np.sort(np.concatenate(batches)[:, 0]), np.arange(N))
        assert all(len(X) == batch_size for X in batches[:-1])


def test_histories_have_one_entry_per_iteration_and_per_epoch():
    solver = solver_of(num_epochs=20)
    solver.train()
    assert len(solver.loss_history) == 20 * 5 and type(solver.loss_history[0]) is float
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == 21
    assert solver.val_acc_history[-1] > 0.8 > solver.val_acc_history[0]
    assert solver.best_val_acc == max(solver.val_acc_history) and solver.stopped is None


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["sgd", momentum]))
def test_a_seed_determines_the_run(seed, rule):
    runs = [solver_of(seed=seed, update_rule=rule) for _ in range(2)]
    state = np.random.get_state()
    for run in runs:
        run.train()
    assert all(np.array_equal(a, b) for a, b in zip(state, np.random.get_state(), strict=True))
    assert runs[0].loss_history == runs[1].loss_history
    same(runs[0].model.params, runs[1].model.params)


def test_seeds_differ():
    runs = [solver_of(seed=seed) for seed in (0, 1)]
    for run in runs:
        run.train()
    assert runs[0].loss_history != runs[1].loss_history


def test_the_best_parameters_come_back_with_their_running_statistics(monkeypatch):
    model = SmallModel()
    bn_param = model.bn_params[0]
    kept = []
    accuracies = iter([0.2, 0.3, 0.9, 0.9, 0.1])

    def accuracy(self, X, y, num_samples=None):
        if num_samples is not None:
            return 0.5
        kept.append(
            ({k: w.copy() for k, w in model.params.items()}, bn_param.get("running_mean", np.nan) + 0)
        )
        return next(accuracies)

    monkeypatch.setattr(Solver, "accuracy", accuracy)
    solver = solver_of(model, num_epochs=4)
    solver.train()
    assert solver.best_val_acc == 0.9 and solver.val_acc_history == [0.2, 0.3, 0.9, 0.9, 0.1]
    best_params, best_mean = kept[2]
    same(model.params, best_params)
    same(solver.best_params, best_params)
    assert model.bn_params[0] is bn_param and not np.array_equal(best_mean, kept[4][1])
    np.testing.assert_array_equal(bn_param["running_mean"], best_mean)
    model.params["W"] += 1
    assert not np.array_equal(solver.best_params["W"], model.params["W"])


def test_statistics_that_were_not_there_yet_are_not_there_again(monkeypatch):
    monkeypatch.setattr(Solver, "accuracy", lambda *_: 0.5)  # never better than before training
    model = SmallModel()
    solver_of(model).train()
    assert "running_mean" not in model.bn_params[0]
    same(model.params, SmallModel().params)


@pytest.mark.parametrize("rate", [0.1, np.float64(0.1), np.float32(0.1)])
@pytest.mark.parametrize("data_dtype", [np.float32, np.float64])
def test_float32_parameters_stay_float32(rate, data_dtype):
    for rule in ("sgd", momentum):
        model = SmallModel(dtype=np.float32)
        solver = solver_of(
            model,
            small_data(dtype=data_dtype),
            update_rule=rule,
            optim_config={"learning_rate": rate},
            lr_decay=0.5,
        )
        solver.train()
        assert {w.dtype for w in model.params.values()} == {np.dtype(np.float32)}
        assert model.bn_params[0]["running_mean"].dtype == np.float32


def test_each_parameter_has_its_own_config_and_the_callers_is_unchanged():
    given_config = {"learning_rate": 0.1, "nested": [np.zeros(2)]}
    solver = solver_of(update_rule=momentum, optim_config=given_config, lr_decay=0.5)
    solver.train()
    W, b = solver.optim_configs["W"], solver.optim_configs["b"]
    assert W["velocity"].shape == (3, 4) and b["velocity"].shape == (3,) and W["t"] == b["t"] == 15
    assert W["nested"][0] is not b["nested"][0]
    assert W["learning_rate"] == b["learning_rate"] == 0.1 * 0.5**3
    assert given_config["learning_rate"] == 0.1 and set(given_config) == {"learning_rate", "nested"}


def test_rules_are_found_by_name_in_nndl(monkeypatch):
    optim = types.ModuleType("nndl.optim")
    exec("def stay(w, dw, config=None):\n    return w, config", optim.__dict__)
    monkeypatch.setitem(sys.modules, "nndl", types.ModuleType("nndl"))
    monkeypatch.setitem(sys.modules, "nndl.optim", optim)
    solver = solver_of(update_rule="stay")
    solver.train()
    same(solver.model.params, SmallModel().params)


@pytest.mark.parametrize(
    ("broken", "words"),
    [("loss", "the loss became nan"), ("inf", "the loss became inf"), ("W", 'the gradient of "W"')],
)
def test_training_that_breaks_down_stops_and_keeps_the_best(broken, words, capsys):
    class Breaking(SmallModel):
        def loss(self, X, y=None):
            if y is None:
                return super().loss(X)
            loss, gradients = super().loss(X, y)
            if len(self.seen) == 13:
                loss = {"loss": np.nan, "inf": np.inf}.get(broken, loss)
                if broken == "W":
                    gradients["W"][1, 2] = -np.inf
            return loss, gradients

    solver = solver_of(Breaking(), verbose=True, num_epochs=5)
    solver.train()
    assert words in solver.stopped and "in iteration 13 (epoch 3 of 5)" in solver.stopped
    assert "smaller learning rate (it was 0.1)" in solver.stopped
    assert len(solver.loss_history) == 13 and len(solver.val_acc_history) == 3
    same(solver.model.params, solver.best_params)
    said = capsys.readouterr().out
    assert solver.stopped in said and "holds the best parameters" in said


def test_an_update_that_overflows_stops_training():
    solver = solver_of(update_rule=lambda w, dw, config: (w * 1e300 * 1e300, config))
    with np.errstate(all="ignore"):
        solver.train()
    assert 'the update of "W" gave entries that are NaN' in solver.stopped
    assert all(np.isfinite(w).all() for w in solver.model.params.values())


def test_a_first_loss_that_is_not_finite_is_not_blamed_on_the_learning_rate():
    data = small_data()
    data["X_train"][:] = np.nan
    solver = solver_of(data=data, num_train_samples=1)
    solver.train()
    assert "in iteration 1 " in solver.stopped and "Look at the data" in solver.stopped


def test_scores_that_are_nan_are_never_right():
    model, data = SmallModel(), small_data()
    model.params["W"][:] = np.nan
    assert solver_of(model).accuracy(data["X_val"], data["y_val"] * 0) == 0


def test_the_stop_button_leaves_the_best_parameters(capsys):
    class Stopped(SmallModel):
        def loss(self, X, y=None):
            if len(self.seen) == 12 and y is not None:
                raise KeyboardInterrupt
            return super().loss(X, y)

    solver = solver_of(Stopped(), num_epochs=50)
    with pytest.raises(KeyboardInterrupt):
        solver.train()
    same(solver.model.params, solver.best_params)
    assert "interrupted in iteration 12 (epoch 3 of 50)" in solver.stopped
    assert "The model holds the best parameters" in capsys.readouterr().out


def test_the_stop_button_before_anything_happened():
    class Stopped(SmallModel):
        def loss(self, X, y=None):
            if len(X) > 2:
                raise KeyboardInterrupt
            return super().loss(X, y)

    solver = solver_of(Stopped())
    with pytest.raises(KeyboardInterrupt):
        solver.train()
    same(solver.model.params, SmallModel().params)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 260), st.integers(1, 300), st.integers(1, 150))
def test_accuracy_in_batches_is_accuracy(N, samples, batch_size):
    data, model = small_data(N), SmallModel()
    solver = solver_of(model, data, batch_size=batch_size)
    chosen = np.arange(min(samples, N)) * N // min(samples, N)
    right = model.loss(data["X_train"]).argmax(axis=1) == data["y_train"]
    assert solver.accuracy(data["X_train"], data["y_train"], samples) == right[chosen].mean()
    assert solver.accuracy(data["X_train"], data["y_train"]) == right.mean()
    assert model.bn_params[0]["mode"] == "test" and not model.seen


def test_progress_is_shown_when_asked_for(capsys):
    solver_of(verbose=True, print_every=5).train()
    shown = capsys.readouterr()
    assert "15/15" in shown.err and "val 0." in shown.err and "train 0." in shown.err
    assert [line.split(",")[0] for line in shown.out.splitlines()] == [
        "iteration 5",
        "iteration 10",
        "iteration 15",
    ]
    solver_of().train()
    assert capsys.readouterr() == ("", "")


def test_a_solver_trains_once():
    solver = solver_of()
    solver.train()
    with pytest.raises(RuntimeError, match="Make a new one"):
        solver.train()
