"""Checks gradients against finite differences, and says what is wrong with those that differ.

    report = check_gradient(lambda W: loss(W), W, dW, name="dW")
    report = check_layer(affine_forward, affine_backward, {"x": x, "w": w, "b": b}, rng=rng)
    report = check_loss(lambda params: model_loss(params), {"W": W, "b": b}, rng=rng)
    print(report)

A gradient is refused when it differs by more than finite differences themselves can be wrong. Upstream
gradients are random, functions get copies, and large arrays are tested in random directions.
"""

from labkit.diagnosis import Context, Diagnosis, diagnose
from labkit.gradcheck.differences import numerical_gradient
from labkit.gradcheck.gradients import check_gradient
from labkit.gradcheck.layers import check_layer
from labkit.gradcheck.losses import check_loss
from labkit.gradcheck.reports import GradientReport, LayerReport

__all__ = [
    "Context",
    "Diagnosis",
    "GradientReport",
    "LayerReport",
    "check_gradient",
    "check_layer",
    "check_loss",
    "diagnose",
    "numerical_gradient",
]
