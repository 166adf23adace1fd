"""What a Solver is given, checked: every error names the argument, what was expected, and what came."""

from __future__ import annotations

import copy
import importlib
import math
import operator
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def model(value: Any) -> Any:
    """An object with a dictionary `params` of float arrays and a method `loss`."""
    params = getattr(value, "params", None)
    if not isinstance(params, dict) or not params:
        raise TypeError(
            f"model must have a dictionary params that is not empty; {type(value).__name__} has {_said(params)}"
        )
    if not callable(getattr(value, "loss", None)):
        raise TypeError(f"model must have a method loss(X, y); {type(value).__name__} has none")
    for name, w in params.items():
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
            raise TypeError(f'model.params["{name}"] must be an array of floats, not {_said(w)}')
    return value


def splits(data: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """X_train, y_train, X_val, y_val from an object or a dictionary."""
    found = []
    for part in ("train", "val"):
        X, y = _field(data, f"X_{part}"), _field(data, f"y_{part}")
        if X.dtype.kind not in "biuf" or X.ndim < 1:
            raise TypeError(f"data: X_{part} must be an array of numbers (N, ...), not {_said(X)}")
        if y.dtype.kind not in "iu" or y.ndim != 1:
            raise TypeError(f"data: y_{part} must be an array of integer labels (N,), not {_said(y)}")
        if len(X) != len(y):
            raise ValueError(f"data: X_{part} has {len(X)} examples but y_{part} has {len(y)} labels")
        if len(X) == 0:
            raise ValueError(f"data: X_{part} must have at least 1 example, not 0")
        if y.min() < 0:
            raise ValueError(f"data: y_{part} must have labels of at least 0, not {y.min()}")
        found += [X, y]
    X_train, y_train, X_val, y_val = found
    if X_train.shape[1:] != X_val.shape[1:]:
        raise ValueError(
            f"data: examples of X_train and X_val must have the same shape, not {X_train.shape[1:]} and {X_val.shape[1:]}"
        )
    return X_train, y_train, X_val, y_val


def rule(value: Any, own: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """The update rule itself, or the one of that name: labkit's own, or a function in nndl/optim.py."""
    if callable(value):
        return value
    if not isinstance(value, str):
        raise TypeError(f"update_rule must be a function or the name of one, not {_said(value)}")
    if value in own:
        return own[value]
    try:
        optim = importlib.import_module("nndl.optim")
    except ModuleNotFoundError as error:
        if error.name not in ("nndl", "nndl.optim"):
            raise
        raise ValueError(
            f'update_rule "{value}" is looked up in nndl/optim.py, which is not here; without it there is "sgd"'
        ) from None
    names = [
        name
        for name, function in vars(optim).items()
        if callable(function) and getattr(function, "__module__", "") == optim.__name__ and name[0] != "_"
    ]
    if value not in names:
        raise ValueError(
            f'update_rule "{value}" is not in nndl/optim.py; it has {", ".join(sorted(names)) or "no functions"}'
        )
    return getattr(optim, value)


def config(value: Any) -> dict[str, Any]:
    """A copy of the settings for one parameter; NumPy's numbers become Python's, which leave float32 as it is."""
    if value is not None and not isinstance(value, dict):
        raise TypeError(
            f'optim_config must be a dictionary such as {{"learning_rate": 1e-3}}, not {_said(value)}'
        )
    settings = {
        name: setting.item() if isinstance(setting, np.generic) else copy.deepcopy(setting)
        for name, setting in (value or {}).items()
    }
    if "learning_rate" in settings:
        rate = settings["learning_rate"]
        if not _number(rate) or not math.isfinite(rate) or rate < 0:
            raise ValueError(
                f'optim_config["learning_rate"] must be a number of at least 0, not {_said(rate)}'
            )
    return settings


def learning_rate(settings: dict[str, Any]) -> float:
    """The learning rate that an update rule keeps in its config."""
    if "learning_rate" not in settings:
        raise ValueError(
            'lr_decay must be 1, because the update rule keeps no "learning_rate" in the config that it returns'
        )
    return settings["learning_rate"]


def positive(name: str, value: Any) -> float:
    """A finite number above 0."""
    if not _number(value):
        raise TypeError(f"{name} must be a number above 0, not {_said(value)}")
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be a number above 0, not {value}")
    return float(value)


def whole(name: str, value: Any, least: int = 1, none: bool = False) -> Any:
    """A whole number of at least `least`, or None where that is allowed."""
    if none and value is None:
        return None
    expected = f"{name} must be a whole number of at least {least}{', or None' if none else ''}"
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise TypeError(f"{expected}, not {_said(value)}")
    if value < least:
        raise ValueError(f"{expected}, not {value}")
    return operator.index(value)


def generator(value: Any) -> np.random.Generator:
    """The generator, or a new one from the system's randomness."""
    if value is not None and not isinstance(value, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator such as np.random.default_rng(0), not {_said(value)}"
        )
    return np.random.default_rng() if value is None else value


def checkpoint(value: Any) -> Path | None:
    """A file name ending in .npz, in a folder that is there."""
    if value is None:
        return None
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"checkpoint must be a file name, not {_said(value)}")
    path = Path(value)
    if path.suffix != ".npz":
        raise ValueError(f"checkpoint must end in .npz, not {str(value)!r}")
    if not path.parent.is_dir():
        raise ValueError(f"checkpoint must be in a folder that is there, not in {path.parent}")
    return path


def scores(value: Any, count: int) -> np.ndarray:
    """What `model.loss(X)` returned: one row of scores for each of `count` examples."""
    if not isinstance(value, np.ndarray) or value.ndim != 2 or len(value) != count:
        raise ValueError(
            f"model.loss(X) must return scores (N, C) when there is no y: for {count} examples it returned {_said(value)}"
        )
    return value


def labels_within_scores(
    net: Any, X_train: np.ndarray, y_train: np.ndarray, X_val: np.ndarray, y_val: np.ndarray
) -> None:
    """No label is beyond the last column of the scores."""
    columns = scores(net.loss(X_train[:2]), len(X_train[:2])).shape[1]
    for name, y in (("y_train", y_train), ("y_val", y_val)):
        if y.max() >= columns:
            raise ValueError(
                f"data: {name} must have labels from 0 to {columns - 1}, because the model gives {columns} scores; "
                f"it has the label {y.max()}"
            )


def loss_and_gradients(value: Any, params: dict[str, np.ndarray]) -> tuple[float, dict[str, np.ndarray]]:
    """What `model.loss(X, y)` returned, with one gradient for each parameter."""
    if not isinstance(value, tuple | list) or len(value) != 2 or not isinstance(value[1], dict):
        raise TypeError(
            f"model.loss(X, y) must return the loss and a dictionary of gradients, not {_said(value)}"
        )
    loss, gradients = value
    if np.size(loss) != 1 or np.asarray(loss).dtype.kind not in "iuf":
        raise TypeError(f"model.loss(X, y) must return a loss that is one number, not {_said(loss)}")
    for name, w in params.items():
        if name not in gradients:
            raise ValueError(
                f'model.loss(X, y) must return a gradient for "{name}"; it has {", ".join(map(repr, gradients)) or "none"}'
            )
        if not isinstance(gradients[name], np.ndarray) or gradients[name].shape != w.shape:
            raise ValueError(
                f'the gradient of "{name}" must have shape {w.shape}, as the parameter; it is {_said(gradients[name])}'
            )
    return float(np.asarray(loss).reshape(())), {name: gradients[name] for name in params}


def updated(value: Any, name: str, w: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """What an update rule returned: the next value of a parameter, and its config."""
    if not isinstance(value, tuple | list) or len(value) != 2 or not isinstance(value[1], dict):
        raise TypeError(f"update_rule must return next_w and config (a dictionary), not {_said(value)}")
    if not isinstance(value[0], np.ndarray) or value[0].shape != w.shape:
        raise ValueError(
            f'update_rule must return a next_w of shape {w.shape} for "{name}", not {_said(value[0])}'
        )
    return value[0], value[1]


def _field(data: Any, name: str) -> np.ndarray:
    has = name in data if isinstance(data, Mapping) else hasattr(data, name)
    if not has:
        raise ValueError(f"data must have {name}; a {type(data).__name__} came that has none")
    value = data[name] if isinstance(data, Mapping) else getattr(data, name)
    if not isinstance(value, np.ndarray):
        raise TypeError(f"data: {name} must be a NumPy array, not {_said(value)}")
    return value


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _said(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    if isinstance(value, tuple | list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"
