"""Plain gradient descent returns the parameter alone."""
# must fail: optim.sgd

import numpy as np


def sgd(w, dw, config=None):
    """Plain (stochastic) gradient descent:  w ← w − η g.

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.01).

    Returns:
        next_w: the parameter after the step.
        config: the settings.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    # --- optim.sgd ---
    return w - config["learning_rate"] * dw


def sgd_momentum(w, dw, config=None):
    """Gradient descent with momentum: the parameter rolls, and the gradient only changes its velocity.

        v ← α v − η g
        w ← w + v

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.01), `momentum` α (0.9); state: `velocity` v (zeros).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new velocity.

    Source: Polyak (1964); the lecture on optimization.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    # --- optim.sgd_momentum ---
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config


def sgd_nesterov(w, dw, config=None):
    """Nesterov momentum: the gradient is taken where the velocity is about to carry the parameter.

    Written for the point ahead, so that `dw` is the gradient at the very `w` that is passed in:

        v_new = α v − η g
        w ← w + v_new + α (v_new − v)
        v ← v_new

    Args:
        w: parameter (the point ahead), an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.01), `momentum` α (0.9); state: `velocity` v (zeros).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new velocity.

    Source: Nesterov (1983); in this form Bengio, Boulanger-Lewandowski and Pascanu (2012).
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    # --- optim.sgd_nesterov ---
    alpha, v = config["momentum"], config["velocity"]
    v_new = alpha * v - config["learning_rate"] * dw
    config["velocity"] = v_new
    return w + v_new + alpha * (v_new - v), config


def adagrad(w, dw, config=None):
    """Adagrad: every entry has a step of its own, shorter the more gradient it has seen so far.

        a ← a + g²
        w ← w − η g / (√a + ε)

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.01), `epsilon` ε (1e-8); state: `cache`, the sum a (zeros).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new sum.

    Source: Duchi, Hazan and Singer (2011).
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    # --- optim.adagrad ---
    a = config["cache"] + dw**2
    config["cache"] = a
    return w - config["learning_rate"] * dw / (np.sqrt(a) + config["epsilon"]), config


def rmsprop(w, dw, config=None):
    """RMSProp: as Adagrad, but old gradients are forgotten little by little.

        a ← β a + (1 − β) g²
        w ← w − η g / (√a + ε)

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.01), `decay_rate` β (0.99), `epsilon` ε (1e-8);
            state: `cache`, the running mean a (zeros).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new running mean.

    Source: Tieleman and Hinton (2012).
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    # --- optim.rmsprop ---
    beta = config["decay_rate"]
    a = beta * config["cache"] + (1 - beta) * dw**2
    config["cache"] = a
    return w - config["learning_rate"] * dw / (np.sqrt(a) + config["epsilon"]), config


def adam(w, dw, config=None):
    """Adam: momentum and RMSProp together, both corrected for having started at zero.

        t ← t + 1                       1 at the first step
        m ← β₁ m + (1 − β₁) g           m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²          v̂ = v / (1 − β₂ᵗ)
        w ← w − η m̂ / (√v̂ + ε)

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: `learning_rate` η (0.001), `beta1` β₁ (0.9), `beta2` β₂ (0.999), `epsilon` ε (1e-8);
            state: `m` and `v`, the running means of g and g² (zeros), and `t`, the number of steps so far (0).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new m, v and t.

    Source: Kingma and Ba (2015), Algorithm 1. The lecture calls the two running means v and a, and the constant ν.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    # --- optim.adam ---
    # For a large net time goes into reading and writing arrays: the memory is changed in place, and one array,
    # `step`, serves for all that lies between.
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m, v, step = config["m"], config["v"], np.empty_like(w)
    np.subtract(dw, m, out=step)
    step *= 1 - beta1
    m += step  # m + (1 - beta1) (g - m) = beta1 m + (1 - beta1) g
    np.multiply(dw, dw, out=step)
    step -= v
    step *= 1 - beta2
    v += step
    config["t"] = t
    # Both corrections are single numbers, so they can go into the rate and into epsilon.
    correction = float(1 - beta2**t) ** 0.5
    rate = float(config["learning_rate"]) * correction / float(1 - beta1**t)
    np.sqrt(v, out=step)
    step += float(config["epsilon"]) * correction
    np.divide(m, step, out=step)
    step *= -rate
    step += w
    return step, config


def adamw(w, dw, config=None):
    """Adam with decoupled weight decay: the weights shrink on their own, past the running means.

        w ← w − (Adam's step for g) − η λ w

    The two steps start from the same w. `dw` is the gradient of the data loss alone: the decay takes the place of a
    penalty in the loss.

    Args:
        w: parameter, an array of any shape.
        dw: its gradient, same shape.
        config: as for `adam`, and `weight_decay` λ (0.01).

    Returns:
        next_w: the parameter after the step.
        config: the settings, and the new m, v and t.

    Source: Loshchilov and Hutter (2019), Algorithm 2.
    """
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("weight_decay", 1e-2)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    # --- optim.adamw ---
    next_w, config = adam(w, dw, config)
    return next_w - config["learning_rate"] * config["weight_decay"] * w, config


def clip_gradient(g, max_norm):
    """The gradient, shortened to `max_norm` where it is longer; its direction stays.

    Args:
        g: gradient, an array of any shape.
        max_norm: largest length allowed, positive: the root of the sum of the squares of all entries together.

    Returns:
        An array of the shape and precision of g (float32 stays float32): g itself or a copy if it is short enough,
        otherwise g scaled to length `max_norm`. A gradient of zeros stays a gradient of zeros. g stays as it is.

    Source: Pascanu, Mikolov and Bengio (2013).
    """
    # --- optim.clip_gradient ---
    norm = float(np.sqrt(np.sum(g**2)))
    return g if norm <= max_norm else g * (max_norm / norm)
