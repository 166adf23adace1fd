import contextlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_model import SmallModel, momentum, small_data

from labkit import Solver, load_model, save_model
from labkit.data import DataError


def solver_of(model=None, bit_generator=np.random.PCG64, **options):
    options = {
        "update_rule": momentum, "optim_config": {"learning_rate": 0.1}, "lr_decay": 0.9,
        "num_epochs": 4, "batch_size": 5, "verbose": False,
    } | options  # fmt: skip
    return Solver(model or SmallModel(), small_data(), rng=np.random.Generator(bit_generator(3)), **options)


class Killed(Exception):
    pass


class Mortal(SmallModel):
    """Is killed in the middle of a training step."""

    lives = 0

    def loss(self, X, y=None):
        result = super().loss(X, y)
        if y is not None:
            self.lives -= 1
            if self.lives < 0:
                raise Killed
        return result


def assert_same_run(first, second):
    assert first.loss_history == second.loss_history
    assert first.train_acc_history == second.train_acc_history
    assert first.val_acc_history == second.val_acc_history
    assert first.best_val_acc == second.best_val_acc
    for name, w in first.model.params.items():
        np.testing.assert_array_equal(w, second.model.params[name])
        np.testing.assert_array_equal(first.best_params[name], second.best_params[name])
        assert w.dtype == second.model.params[name].dtype
        assert first.optim_configs[name].keys() == second.optim_configs[name].keys()
        for key, value in first.optim_configs[name].items():
            np.testing.assert_array_equal(value, second.optim_configs[name][key])
            assert type(value) is type(second.optim_configs[name][key])
    for mine, other in zip(first.model.bn_params, second.model.bn_params, strict=True):
        np.testing.assert_array_equal(mine["running_mean"], other["running_mean"])
    assert first.rng.random() == second.rng.random()
    assert first.model.dropout_param["rng"].random() == second.model.dropout_param["rng"].random()


@pytest.mark.parametrize("bit_generator", [np.random.PCG64, np.random.MT19937, np.random.Philox])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.integers(1, 20), every=st.integers(1, 7), dtype=st.sampled_from([np.float32, np.float64]))
def test_a_resumed_run_ends_as_an_uninterrupted_one(tmp_path, bit_generator, lives, every, dtype):
    path = tmp_path / "run.npz"
    path.unlink(missing_ok=True)
    whole = solver_of(SmallModel(dtype=dtype), bit_generator)
    whole.train()

    model = Mortal(dtype=dtype)
    model.lives = lives
    options = {"checkpoint": path, "checkpoint_every": every}
    interrupted = solver_of(model, bit_generator, **options)
    with contextlib.suppress(Killed):
        interrupted.train()
    resumed = solver_of(SmallModel(dtype=dtype, seed=5), bit_generator, **options)
    if path.exists():
        bn_param = resumed.model.bn_params[0]
        assert resumed.resume(path) is resumed
        assert resumed.model.bn_params[0] is bn_param and resumed.loss_history
    else:
        assert lives < min(every, 5)
        resumed = solver_of(SmallModel(dtype=dtype), bit_generator)
    resumed.train()
    assert_same_run(whole, resumed)


def test_a_finished_run_may_go_on_for_more_epochs(tmp_path):
    path = tmp_path / "run.npz"
    whole = solver_of(num_epochs=6)
    whole.train()
    solver_of(num_epochs=2, checkpoint=path).train()
    longer = solver_of(num_epochs=6).resume(path)
    longer.train()
    assert_same_run(whole, longer)


def test_a_checkpoint_is_plain_arrays(tmp_path):
    path = tmp_path / "run.npz"
    solver_of(checkpoint=path).train()
    assert all(array.dtype.kind in "uif" for array in load_model(path).values())


def test_a_write_that_is_cut_short_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    solver = solver_of(checkpoint=path)
    before = []

    def dying(self, target):
        before.append(path.read_bytes())
        raise Killed

    save = solver.save
    solver.save = lambda target: (save(target), monkeypatch.setattr(Path, "replace", dying))
    with pytest.raises(Killed):
        solver.train()
    assert path.read_bytes() == before[0] and list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    assert len(solver_of().resume(path).loss_history) == 5


def test_a_run_that_broke_down_is_not_saved(tmp_path):
    path = tmp_path / "run.npz"
    rule = momentum
    solver = solver_of(update_rule=rule, checkpoint=path, checkpoint_every=1)
    solver.X_train[:] = np.nan
    solver.train()
    assert solver.stopped and not path.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": 6}, "batch_size was 5 there, and is 6 here"),
        ({"update_rule": "sgd"}, "update_rule was momentum there, and is sgd here"),
        ({"lr_decay": 1.0}, "lr_decay was 0.9 there, and is 1.0 here"),
        ({"model": SmallModel(C=4)}, "params was"),
        ({"bit_generator": np.random.SFC64}, "generators was"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(tmp_path, options, words):
    path = tmp_path / "run.npz"
    solver_of(checkpoint=path).train()
    solver = solver_of(**options)
    before = {name: w.copy() for name, w in solver.model.params.items()}
    with pytest.raises(ValueError, match=words):
        solver.resume(path)
    for name, w in before.items():
        np.testing.assert_array_equal(solver.model.params[name], w)


def test_files_that_are_no_checkpoint_are_refused(tmp_path):
    solver = solver_of()
    with pytest.raises(DataError, match="no such checkpoint file"):
        solver.resume(tmp_path / "run.npz")
    with pytest.raises(ValueError, match=r"path must end in \.npz"):
        solver.resume(tmp_path / "run.pkl")
    model = save_model(tmp_path / "model.npz", W=np.ones(3))
    with pytest.raises(DataError, match="not a checkpoint of a Solver"):
        solver.resume(model)
    text = np.frombuffer(json.dumps([1]).encode(), np.uint8)
    with pytest.raises(DataError, match="not a checkpoint of a Solver"):
        solver.resume(save_model(tmp_path / "list.npz", state=text))
    (tmp_path / "damaged.npz").write_bytes(b"PK not really")
    with pytest.raises(DataError, match="damaged"):
        solver.resume(tmp_path / "damaged.npz")
