"""Running statistics of batch normalization: they belong to the parameters, and are kept and restored with them."""

from typing import Any

import numpy as np


def copies(model: Any) -> list[dict[str, np.ndarray]]:
    """Copies of the arrays (running mean and variance) in each of the model's `bn_params`."""
    return [
        {key: value.copy() for key, value in bn_param.items() if isinstance(value, np.ndarray)}
        for bn_param in getattr(model, "bn_params", None) or []
    ]


def restore(model: Any, statistics: list[dict[str, np.ndarray]]) -> None:
    """Put copies of `statistics` into the very dictionaries that the model holds."""
    for bn_param, arrays in zip(getattr(model, "bn_params", None) or [], statistics, strict=True):
        for key in [key for key, value in bn_param.items() if isinstance(value, np.ndarray)]:
            del bn_param[key]
        bn_param.update({key: value.copy() for key, value in arrays.items()})
