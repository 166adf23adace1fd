"""Checkpoints: everything that a training run needs to go on, in one .npz file of plain arrays.

The state is a tree of dictionaries, lists, numbers and arrays. The arrays are saved as they are, under "0", "1", ...;
the tree, with a reference in the place of each array, is saved as JSON under "state".
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from labkit.data.errors import DataError
from labkit.data.models import load_model, save_model
from labkit.solver import running

if TYPE_CHECKING:
    from labkit.solver.training import Solver

_ARRAY = "<array>"
_HISTORIES = (
    "loss_history",
    "train_acc_history",
    "val_acc_history",
    "best_val_acc",
    "best_params",
    "optim_configs",
)


def save(solver: Solver, path: str | os.PathLike[str]) -> None:
    """Write the solver's and its model's present state. An existing file is replaced only by a complete one."""
    state = {
        "settings": _settings(solver),
        **{name: getattr(solver, name) for name in _HISTORIES},
        "best_statistics": solver._best_statistics,
        "params": solver.model.params,
        "statistics": running.copies(solver.model),
        "order": solver._order,
        "position": solver._position,
        "generators": [rng.bit_generator.state for rng in _generators(solver)],
    }
    arrays: list[np.ndarray] = []
    text = json.dumps(_packed(state, arrays))
    numbered = {str(number): array for number, array in enumerate(arrays)}
    save_model(path, state=np.frombuffer(text.encode(), np.uint8), **numbered)


def restore(solver: Solver, path: str | os.PathLike[str]) -> None:
    """Put the state in the file into the solver and its model.

    Raises: DataError when the file is missing, damaged or no checkpoint; ValueError when it belongs to another run.
    """
    state = _read(path)
    _check_same_run(state, solver, path)
    for name in _HISTORIES:
        setattr(solver, name, state[name])
    solver._best_statistics = state["best_statistics"]
    solver.model.params.update(state["params"])
    running.restore(solver.model, state["statistics"])
    solver._order, solver._position = state["order"], state["position"]
    for rng, generator_state in zip(_generators(solver), state["generators"], strict=True):
        rng.bit_generator.state = generator_state
    solver.stopped = None


def _read(path: str | os.PathLike[str]) -> dict[str, Any]:
    advice = "Train with checkpoint= first, or make a Solver without resume."
    try:
        arrays = load_model(path)
    except DataError as error:
        raise DataError(error.what.replace("model", "checkpoint"), path, advice) from error
    try:
        state = _unpacked(json.loads(arrays.pop("state").tobytes()), arrays)
        state["settings"]["update_rule"]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError("The file is not a checkpoint of a Solver", path, advice) from error
    return state


def _settings(solver: Solver) -> dict[str, Any]:
    """What must be the same before and after an interruption."""
    return {
        "update_rule": getattr(solver.update_rule, "__name__", type(solver.update_rule).__name__),
        "batch_size": solver.batch_size,
        "lr_decay": solver.lr_decay,
        "examples": len(solver.X_train),
        "generators": [type(rng.bit_generator).__name__ for rng in _generators(solver)],
        "batch norms": len(getattr(solver.model, "bn_params", None) or []),
        "params": {name: list(w.shape) for name, w in solver.model.params.items()},
    }


def _check_same_run(state: dict[str, Any], solver: Solver, path: object) -> None:
    here = _settings(solver)
    for name, there in state["settings"].items():
        if there != here[name]:
            raise ValueError(
                f"The checkpoint {path} belongs to another run: {name} was {there} there, and is {here[name]} here."
            )


def _generators(solver: Solver) -> list[np.random.Generator]:
    """The solver's own generator, and that of the model's dropout masks if it has one."""
    masks = (getattr(solver.model, "dropout_param", None) or {}).get("rng")
    return [solver.rng, masks] if isinstance(masks, np.random.Generator) else [solver.rng]


def _packed(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        arrays.append(np.asarray(value))
        return {_ARRAY: str(len(arrays) - 1)}
    if isinstance(value, dict):
        return {key: _packed(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(item, arrays) for item in value]
    return value


def _unpacked(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        if _ARRAY in value:
            return arrays[value[_ARRAY]][()]  # an array of shape () becomes the NumPy number that it was
        return {key: _unpacked(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpacked(item, arrays) for item in value]
    return value
