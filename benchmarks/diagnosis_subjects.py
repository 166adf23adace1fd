"""The backward passes and losses with gradients that the diagnosis benchmark takes its mutants from, with inputs for them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from diagnosis_measured import Measured

from labkit.gradcheck import LayerReport, check_layer, check_loss, numerical_gradient

Arrays = dict[str, np.ndarray]
Rng = np.random.Generator


@dataclass(frozen=True)
class Layer:
    """A pair of functions of a module, and inputs for it by sizes (N, D, M)."""

    forward: str
    backward: str
    inputs: Callable[[Rng, int, int, int], dict[str, Any]]

    def floats(self, inputs: Mapping[str, Any]) -> list[str]:
        return [name for name, value in inputs.items() if getattr(value, "dtype", np.dtype(int)).kind == "f"]

    def report(self, module: Any, inputs: dict[str, Any], rng: Rng) -> LayerReport:
        return check_layer(getattr(module, self.forward), getattr(module, self.backward), inputs, rng=rng)

    def measured(self, module: Any, right: Any, inputs: dict[str, Any], rng: Rng) -> dict[str, Measured]:
        out = getattr(right, self.forward)(*_copies(inputs).values())[0]
        upstream = rng.choice([-1.0, 1.0], out.shape) * rng.uniform(0.3, 2.0, out.shape)
        names = self.floats(inputs)

        def gradients(source: Any, dout: np.ndarray, **replaced: np.ndarray) -> dict[str, np.ndarray]:
            arguments = {**_copies(inputs), **replaced}
            cache = getattr(source, self.forward)(*arguments.values())[1]
            found = getattr(source, self.backward)(dout.copy(), cache)
            return dict(zip(names, found if isinstance(found, tuple) else (found,), strict=True))

        def instead(name: str, change: Callable[[np.ndarray], np.ndarray]) -> list[np.ndarray]:
            others = {other: change(inputs[other]) for other in names if other != name}
            fitting = [(key, value) for key, value in others.items() if value.shape == inputs[key].shape]
            return [gradients(right, upstream, **{key: value})[name] for key, value in fitting]

        got, exact = gradients(module, upstream), gradients(right, upstream)
        return {
            f"d{name}": Measured(
                np.asarray(got[name]),
                exact[name],
                inputs[name],
                len(out),
                upstream=upstream,
                under=lambda other, name=name: gradients(right, other)[name],
                again=lambda other, name=name: np.asarray(gradients(module, other)[name]),
                others=tuple(exact.values()),
                inputs=tuple(inputs[other] for other in names),
                given=tuple(map(np.asarray, got.values())),
                instead=partial(instead, name),
            )
            for name in names
        }


@dataclass(frozen=True)
class Loss:
    """A loss with gradients: `call(module, parameters, rest)` returns the loss and its gradients."""

    call: Callable[[Any, Arrays, dict[str, Any]], Any]
    inputs: Callable[[Rng, int, int, int], tuple[Arrays, dict[str, Any]]]
    reg: float = 0.0

    def report(self, module: Any, inputs: tuple[Arrays, dict[str, Any]], rng: Any) -> LayerReport:
        parameters, rest = inputs
        n = len(rest["y"])
        options = {"reg": self.reg} if self.reg else {}
        return check_loss(
            lambda given: self.call(module, given, rest), parameters, rng=rng, batch_size=n, **options
        )

    def measured(self, module: Any, right: Any, inputs: Any, rng: Any) -> dict[str, Measured]:
        """Against the mutant's own loss: where that is wrong, the two still do not belong together."""
        parameters, rest = inputs
        got = _named(self.call(module, _copies(parameters), rest)[1], parameters)

        def slope(name: str) -> np.ndarray:
            def value(x: np.ndarray) -> Any:
                return self.call(module, {**_copies(parameters), name: x}, rest)[0]

            return numerical_gradient(value, parameters[name])

        slopes, n = {name: slope(name) for name in parameters}, len(rest["y"])
        others, labels = tuple(slopes.values()), rest["y"] if rest["y"].dtype.kind == "i" else None
        return {
            f"d{name}": Measured(
                np.asarray(got[name]), slopes[name], value, n, self.reg, others=others, labels=labels
            )
            for name, value in parameters.items()
        }


def _named(gradients: Any, parameters: Arrays) -> Mapping[str, Any]:
    return gradients if isinstance(gradients, Mapping) else dict.fromkeys(parameters, gradients)


def _copies(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(dict(inputs))  # settings may hold a generator, which must draw the same again


def _affine(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((n, d)),
        "w": rng.standard_normal((m, d)),
        "b": rng.standard_normal(m),
    }


def _normalized(setting: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def inputs(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
        x = 2 * rng.standard_normal((n + 3, d)) + rng.standard_normal(d)
        return {
            "x": x,
            "gamma": rng.standard_normal(d),
            "beta": rng.standard_normal(d),
            "settings": dict(setting),
        }

    return inputs


def _both(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    norm = {
        "gamma": rng.standard_normal(m),
        "beta": rng.standard_normal(m),
        "settings": {"mode": "train", "eps": 1e-5},
    }
    return {**_affine(rng, n + 3, d, m), **norm}


def _dropped(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    settings = {"mode": "train", "p": 0.6, "rng": np.random.default_rng(3)}
    return {"x": rng.standard_normal((n, d)), "settings": settings}


def _scores(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"x": rng.standard_normal((n, m))}, {"y": rng.integers(0, m, n)}


def _classifier(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"W": rng.standard_normal((m, d)), "b": rng.standard_normal(m)}, {
        "X": rng.standard_normal((n, d)),
        "y": rng.integers(0, m, n),
    }


def _softmax(method: str) -> Callable[..., Any]:
    def call(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
        model = module.Softmax(dims=parameters["W"].shape, rng=np.random.default_rng(0))
        model.W, model.b = parameters["W"], parameters["b"]
        loss, dW, db = getattr(model, method)(rest["X"], rest["y"], 0.3)
        return loss, {"W": dW, "b": db}

    return call


def _net(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    h = m + 2
    shapes = {"W1": (h, d), "b1": (h,), "W2": (m, h), "b2": (m,)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return values, {"X": rng.standard_normal((n, d)), "y": rng.integers(0, m, n)}


def _hand_written(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    (h, d), m = parameters["W1"].shape, len(parameters["b2"])
    net = module.TwoLayerNet(d, h, m, rng=np.random.default_rng(0))
    net.params = parameters
    return net.loss(rest["X"], rest["y"], reg=0.3)


def _modular(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    (h, d), m = parameters["W1"].shape, len(parameters["b2"])
    net = module.TwoLayerNet(d, h, m, reg=0.3, rng=np.random.default_rng(0))
    net.params = parameters
    return net.loss(rest["X"], rest["y"])


def _function(name: str) -> Callable[..., Any]:
    return lambda module, parameters, rest: getattr(module, name)(parameters["x"], rest["y"])


def _deep(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    sizes, values = (d, m + 2, m + 1, m), Arrays()
    for layer in range(1, len(sizes)):
        values[f"W{layer}"] = rng.standard_normal((sizes[layer], sizes[layer - 1]))
        values[f"b{layer}"] = rng.standard_normal(sizes[layer])
    return values, {"X": rng.standard_normal((n, d)), "y": rng.integers(0, m, n)}


def _of_any_depth(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    sizes = [len(parameters[f"b{layer}"]) for layer in (1, 2, 3)]
    options = {"input_dim": rest["X"].shape[1], "num_classes": sizes[-1], "reg": 0.3, "dtype": np.float64}
    net = module.FullyConnectedNet(sizes[:-1], rng=np.random.default_rng(0), **options)
    net.params = parameters
    return net.loss(rest["X"], rest["y"])


def _convolved(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((3, m // 2, (d + 1) // 2, 4)),
        "w": rng.standard_normal((2, m // 2, 3, 3)),
        "b": rng.standard_normal(2),
        "settings": {"stride": 1, "pad": 1},
    }


def _pooled(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    """Windows side by side for the sizes that come first, overlapping ones for those that come second."""
    stride = 1 if n == d else 2
    settings = {"pool_height": 2, "pool_width": 2, "stride": stride}
    return {"x": rng.standard_normal((n // 2, m // 2, 4, 2 * (d // 2))), "settings": settings}


def _convolved_and_pooled(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((3, m // 2, 4, 2 * (d // 2))),
        "w": rng.standard_normal((2, m // 2, 3, 3)),
        "b": rng.standard_normal(2),
        "conv": {"stride": 1, "pad": 1},
        "pool": {"pool_height": 2, "pool_width": 2, "stride": 2},
    }


def _spatial(*settings: Any) -> Callable[..., dict[str, Any]]:
    def inputs(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
        channels = 2 * (m // 2)
        x = 2 * rng.standard_normal((n // 2, channels, 3, d // 2)) + rng.standard_normal((channels, 1, 1))
        values = {"x": x, "gamma": rng.standard_normal(channels), "beta": rng.standard_normal(channels)}
        return values | {f"setting {at}": setting for at, setting in enumerate(settings)}

    return inputs


def _pictures(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    shapes = {"W1": (2, 2, 3, 3), "b1": (2,), "W2": (m + 2, 8), "b2": (m + 2,), "W3": (m, m + 2), "b3": (m,)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return values, {"X": rng.standard_normal((n, 2, 4, 4)), "y": rng.integers(0, m, n)}


def _convolutional(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    sizes = {"num_filters": 2, "hidden_dim": len(parameters["b2"]), "num_classes": len(parameters["b3"])}
    net = module.ThreeLayerConvNet((2, 4, 4), reg=0.3, dtype=np.float64, **sizes)
    net.params = parameters
    return net.loss(rest["X"], rest["y"])


def _step(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((n, d)),
        "h": rng.standard_normal((n, m)),
        "Wx": rng.standard_normal((m, d)) / 2,
        "Wh": rng.standard_normal((m, m)) / 2,
        "b": rng.standard_normal(m),
    }


def _steps(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {**_step(rng, n, d, m), "x": rng.standard_normal((n, 3, d))}


def _scored(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return _affine(rng, n, d, m) | {"w": rng.standard_normal((m, d)) / 3, "u": rng.standard_normal(m)}


def _looked_up(rng: Rng, n: int, d: int, m: int) -> dict[str, Any]:
    return {"L": rng.standard_normal((d, m)), "X": rng.integers(0, d, (n, 3))}


def _margins(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"s": rng.standard_normal(n + m), "s_corrupt": rng.standard_normal(n + m)}, {"y": np.zeros(n + m)}


def _margin_loss(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    loss, *grads = module.max_margin_loss(parameters["s"], parameters["s_corrupt"])
    return loss, dict(zip(("s", "s_corrupt"), grads, strict=True))


def _softened(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"x": rng.standard_normal((n, m))}, {"y": rng.dirichlet(np.ones(m), n)}


def _words(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    shapes = {"L": (d, 2), "W": (m + 1, 6), "b": (m + 1,), "U": (m, m + 1), "c": (m,)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return values, {"X": rng.integers(0, d, (n, 3)), "y": rng.integers(0, m, n)}


def _tagger(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    sizes = {"num_classes": len(parameters["c"]), "context": 1, "dim": 2, "hidden": len(parameters["b"])}
    model = module.WindowClassifier(len(parameters["L"]), rng=np.random.default_rng(0), **sizes)
    model.params = parameters
    return model.loss(rest["X"], rest["y"])


def _text(rng: Rng, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    shapes = {"Wx": (m, d), "Wh": (m, m), "b": (m,), "Wy": (d, m), "by": (d,)}
    values = {name: rng.standard_normal(shape) / 2 for name, shape in shapes.items()}
    return values, {"X": rng.integers(0, d, (n, 3)), "y": rng.integers(0, d, (n, 3))}


def _reader(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    model = module.CharRNN(len(parameters["by"]), len(parameters["b"]), rng=np.random.default_rng(0))
    model.params = parameters
    return model.loss(rest["X"], rest["y"])


BATCHNORM, LAYERNORM = {"mode": "train", "eps": 1e-5}, {"eps": 1e-5}
SUBJECTS: dict[tuple[str, str], Layer | Loss] = {
    ("hw2", "softmax.loss_and_grad"): Loss(_softmax("loss_and_grad"), _classifier, reg=0.3),
    ("hw2", "softmax.fast_loss_and_grad"): Loss(_softmax("fast_loss_and_grad"), _classifier, reg=0.3),
    ("hw3", "layers.affine_backward"): Layer("affine_forward", "affine_backward", _affine),
    ("hw3", "layers.relu_backward"): Layer("relu_forward", "relu_backward", lambda r, n, d, m: {"x": r.standard_normal((n, d))}),
    ("hw3", "layers.softmax_loss"): Loss(_function("softmax_loss"), _scores),
    ("hw3", "layers.svm_loss"): Loss(_function("svm_loss"), _scores),
    ("hw3", "neural_net.gradients"): Loss(_hand_written, _net, reg=0.3),
    ("hw3", "fc_net.two_layer.loss"): Loss(_modular, _net, reg=0.3),
    ("hw3", "fc_net.deep.loss"): Loss(_of_any_depth, _deep, reg=0.3),
    ("hw4", "layers.batchnorm_backward"): Layer("batchnorm_forward", "batchnorm_backward", _normalized(BATCHNORM)),
    ("hw4", "layers.batchnorm_backward_fast"): Layer("batchnorm_forward", "batchnorm_backward_fast", _normalized(BATCHNORM)),
    ("hw4", "layers.layernorm_backward"): Layer("layernorm_forward", "layernorm_backward", _normalized(LAYERNORM)),
    ("hw4", "layers.dropout_backward"): Layer("dropout_forward", "dropout_backward", _dropped),
    ("hw4", "layer_utils.affine_batchnorm_relu.backward"): Layer("affine_batchnorm_relu_forward", "affine_batchnorm_relu_backward", _both),
    ("hw5", "conv_layers.conv_backward_naive"): Layer("conv_forward_naive", "conv_backward_naive", _convolved),
    ("hw5", "conv_layers.conv_backward_fast"): Layer("conv_forward_fast", "conv_backward_fast", _convolved),
    ("hw5", "conv_layers.max_pool_backward_naive"): Layer("max_pool_forward_naive", "max_pool_backward_naive", _pooled),
    ("hw5", "conv_layers.spatial_batchnorm_backward"): Layer("spatial_batchnorm_forward", "spatial_batchnorm_backward", _spatial(BATCHNORM)),
    ("hw5", "conv_layers.spatial_groupnorm_backward"): Layer("spatial_groupnorm_forward", "spatial_groupnorm_backward", _spatial(2, LAYERNORM)),
    ("hw5", "conv_layer_utils.conv_relu_pool.backward"): Layer("conv_relu_pool_forward", "conv_relu_pool_backward", _convolved_and_pooled),
    ("hw5", "cnn.loss"): Loss(_convolutional, _pictures, reg=0.3),
    ("hw6", "rnn.step_backward"): Layer("rnn_step_forward", "rnn_step_backward", _step),
    ("hw6", "rnn.backward"): Layer("rnn_forward", "rnn_backward", _steps),
    ("hw6", "rnn.loss"): Loss(_reader, _text),
    ("hw6", "word_window.lookup_backward"): Layer("lookup_forward", "lookup_backward", _looked_up),
    ("hw6", "word_window.score_backward"): Layer("score_forward", "score_backward", _scored),
    ("hw6", "word_window.max_margin_loss"): Loss(_margin_loss, _margins),
    ("hw6", "word_window.soft_cross_entropy"): Loss(_function("soft_cross_entropy"), _softened),
    ("hw6", "word_window.loss"): Loss(_tagger, _words),
}  # fmt: skip
