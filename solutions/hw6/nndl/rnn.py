"""A recurrent network, and a model of text that reads and writes letter by letter.

    h_t = tanh(Wx x_t + Wh h_{t-1} + b)

The same three parameters serve at every step. In code, N sequences run side by side as rows, so x_t is (N, D) and
h_t is (N, H), and a whole run of T steps is (N, T, D) or (N, T, H).

Steps and runs, forward and backward, compute in the precision that they are given: float32 in, float32 out. A backward
function only reads its cache: called again, it gives the same again.

The functions are in the order of char_rnn.ipynb.
"""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """One step of the recurrent network.

    Args:
        x: inputs of this step, (N, D).
        prev_h: state after the step before, (N, H).
        Wx: weights of the input, (H, D).
        Wh: weights of the state, (H, H).
        b: biases, (H,).

    Returns:
        next_h: the state after this step, (N, H).
        cache: whatever `rnn_step_backward` will need.
    """
    # --- rnn.step_forward ---
    ### BEGIN SOLUTION
    next_h = np.tanh(x @ Wx.T + prev_h @ Wh.T + b)  # (N, H)
    return next_h, (x, prev_h, Wx, Wh, next_h)
    ### END SOLUTION


def rnn_step_backward(upstream, cache):
    """Backward pass of one step.

    Args:
        upstream: gradient of the loss with respect to next_h, (N, H).
        cache: from `rnn_step_forward`.

    Returns:
        dx: (N, D).
        dprev_h: (N, H).
        dWx: (H, D).
        dWh: (H, H).
        db: (H,).
    """
    # --- rnn.step_backward ---
    ### BEGIN SOLUTION
    x, prev_h, Wx, Wh, next_h = cache
    dz = upstream * (1 - next_h**2)  # (N, H)
    return dz @ Wx, dz @ Wh, dz.T @ x, dz.T @ prev_h, dz.sum(axis=0)
    ### END SOLUTION


def rnn_forward(x, h0, Wx, Wh, b):
    """All steps of the recurrent network, one after the other.

    Args:
        x: inputs, (N, T, D).
        h0: state before the first step, (N, H).
        Wx: weights of the input, (H, D).
        Wh: weights of the state, (H, H).
        b: biases, (H,).

    Returns:
        h: the states after steps 1 … T, (N, T, H).
        cache: whatever `rnn_backward` will need.
    """
    # --- rnn.forward ---
    ### BEGIN SOLUTION
    h, states, caches = h0, [], []
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    ### END SOLUTION


def rnn_backward(upstream, cache):
    """Backpropagation through time: from the last step to the first.

    Args:
        upstream: gradient of the loss with respect to h, (N, T, H): what each state gets from its own outputs, not
            from the states after it.
        cache: from `rnn_forward`.

    Returns:
        dx: (N, T, D).
        dh0: (N, H).
        dWx: (H, D).
        dWh: (H, H).
        db: (H,).
    """
    # --- rnn.backward ---
    ### BEGIN SOLUTION
    dh, dxs, totals = np.zeros_like(upstream[:, 0]), [], None
    for t in reversed(range(upstream.shape[1])):
        dx, dh, *grads = rnn_step_backward(upstream[:, t] + dh, cache[t])
        dxs.append(dx)
        totals = (
            grads if totals is None else [total + grad for total, grad in zip(totals, grads, strict=True)]
        )
    return np.stack(dxs[::-1], axis=1), dh, *totals
    ### END SOLUTION


def clip_gradients(grads, max_norm):
    """All gradients of a model, shortened together where together they are too long; their common direction stays.

    Args:
        grads: a dictionary of arrays of any shapes. It and its arrays stay as they are.
        max_norm: largest length allowed, positive: the root of the sum of the squares of all entries of all arrays.

    Returns:
        A dictionary with the same names: the gradients as they are if they are short enough, otherwise all of them
        scaled by one number. Gradients of zeros stay zeros.

    Source: Pascanu, Mikolov and Bengio (2013).
    """
    # --- rnn.clip_gradients ---
    ### BEGIN SOLUTION
    norm = float(np.sqrt(sum(np.sum(grad**2) for grad in grads.values())))
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return {name: grad * factor for name, grad in grads.items()}
    ### END SOLUTION


def temperature_softmax(scores, temperature):
    """Probabilities from scores that have been divided by a temperature.

    Args:
        scores: (..., C), of any size; the classes are along the last axis.
        temperature: a positive number. Below 1 the largest score wins more often than its share, above 1 less often.

    Returns:
        Probabilities, of the shape of scores.
    """
    # --- rnn.temperature_softmax ---
    ### BEGIN SOLUTION
    scaled = scores / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    ### END SOLUTION


class CharRNN:
    """A model of text: reads a letter, keeps a state, and gives a score to every letter that could be next.

    params: Wx (H, V), Wh (H, H), b (H,) of the recurrent network, Wy (V, H), by (V,) of the scores.

    Args:
        num_letters: V. Letters are numbers from 0 to V - 1; the network reads them as one-hot rows.
        hidden: H, size of the state. The state before the first letter is zero.
        rng: the `numpy.random.Generator` of the first weights.
    """

    def __init__(self, num_letters, hidden=64, *, rng):
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    def loss(self, X, y=None):
        """Scores, or the loss and its gradients.

        Args:
            X: letters, (N, T) integers.
            y: the letters that should come next, (N, T) integers, or None.

        Returns:
            Without y: scores, (N, T, V). With y: the loss (softmax and cross-entropy, mean over all N T letters), and
            a dictionary with a gradient for every entry of `params`.
        """
        # --- rnn.loss ---
        ### BEGIN SOLUTION
        Wx, Wh, b, Wy, by = (self.params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
        inputs = np.eye(len(by), dtype=Wx.dtype)[X]  # (N, T, V)
        h, cache = rnn_forward(inputs, np.zeros((len(X), len(b)), dtype=Wx.dtype), Wx, Wh, b)
        scores = h @ Wy.T + by  # (N, T, V)
        if y is None:
            return scores
        right = np.eye(len(by), dtype=Wx.dtype)[y]  # (N, T, V)
        shifted = scores - scores.max(axis=-1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        dscores = (np.exp(log_p) - right) / y.size
        _, _, dWx, dWh, db = rnn_backward(dscores @ Wy, cache)
        dWy = np.tensordot(dscores, h, axes=([0, 1], [0, 1]))
        grads = {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dscores.sum(axis=(0, 1))}
        return -(right * log_p).sum() / y.size, grads
        ### END SOLUTION

    def sample(self, first, length, temperature, rng):
        """Write: read a letter, draw the next one from the model's probabilities, read that one, and so on.

        Args:
            first: the letter to begin with, an integer. The state before it is zero.
            length: how many letters to draw, at least 1.
            temperature: of the probabilities; see `temperature_softmax`.
            rng: the `numpy.random.Generator` to draw from.

        Returns:
            The letters that were drawn, (length,) integers; `first` is not among them.
        """
        # --- rnn.sample ---
        ### BEGIN SOLUTION
        Wx, Wh, b, Wy, by = (self.params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
        one_hot, h, letter, drawn = np.eye(len(by)), np.zeros((1, len(b))), first, []
        for _ in range(length):
            h, _ = rnn_step_forward(one_hot[letter][None], h, Wx, Wh, b)
            letter = int(rng.choice(len(by), p=temperature_softmax(Wy @ h[0] + by, temperature)))
            drawn.append(letter)
        return np.array(drawn)
        ### END SOLUTION
