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
    # YOUR CODE HERE
    raise NotImplementedError("rnn.step_forward")


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
    # YOUR CODE HERE
    raise NotImplementedError("rnn.step_backward")


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
    # YOUR CODE HERE
    raise NotImplementedError("rnn.forward")


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
    # YOUR CODE HERE
    raise NotImplementedError("rnn.backward")


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
    # YOUR CODE HERE
    raise NotImplementedError("rnn.clip_gradients")


def temperature_softmax(scores, temperature):
    """Probabilities from scores that have been divided by a temperature.

    Args:
        scores: (..., C), of any size; the classes are along the last axis.
        temperature: a positive number. Below 1 the largest score wins more often than its share, above 1 less often.

    Returns:
        Probabilities, of the shape of scores.
    """
    # --- rnn.temperature_softmax ---
    # YOUR CODE HERE
    raise NotImplementedError("rnn.temperature_softmax")


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
        # YOUR CODE HERE
        raise NotImplementedError("rnn.loss")

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
        # YOUR CODE HERE
        raise NotImplementedError("rnn.sample")
