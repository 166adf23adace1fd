"""Gates: the smallest pieces of a computational graph. Each one knows how to go forward and how to go back.

    gate = Multiply()
    gate.forward(3.0, -4.0)      # -12.0: the gate remembers what it will need on the way back
    gate.backward(2.0)           # (-8.0, 6.0): one gradient per input, in the order of the inputs

All numbers are single floats, no arrays. `forward` takes the gate's inputs and returns its output. `backward` takes
the upstream gradient dL/d(output) and returns the downstream gradients dL/d(input), always as a tuple:

    downstream gradient = local gradient x upstream gradient

A gate serves one place in a graph, so a graph with two multiplications has two `Multiply()`. What `backward` needs
is kept on the gate itself, by whatever names you like (`self.x = x`); the numbers of the latest `forward` count.
"""

import math


class Add:
    """x + y. Its backward distributes the upstream gradient."""

    def forward(self, x, y):
        """Returns x + y, a float."""
        # --- gates.Add.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Add.forward")

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Add.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Add.backward")


class Multiply:
    """x y. Its backward switches the inputs and scales them."""

    def forward(self, x, y):
        """Returns x times y, a float."""
        # --- gates.Multiply.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Multiply.forward")

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Multiply.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Multiply.backward")


class Max:
    """The larger of x and y. Its backward routes the upstream gradient to the input that won.

    At a tie the gradient goes to one of the two, to whichever you like, but not to both.
    """

    def forward(self, x, y):
        """Returns the larger of x and y, a float."""
        # --- gates.Max.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Max.forward")

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Max.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Max.backward")


class Negate:
    """-x."""

    def forward(self, x):
        """Returns -x, a float."""
        # --- gates.Negate.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Negate.forward")

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Negate.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Negate.backward")


class Exp:
    """e to the x."""

    def forward(self, x):
        """Returns e to the power of x, a float."""
        # --- gates.Exp.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Exp.forward")

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Exp.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Exp.backward")


class Inverse:
    """1 / x, for x other than zero."""

    def forward(self, x):
        """Returns 1 / x, a float."""
        # --- gates.Inverse.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Inverse.forward")

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Inverse.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Inverse.backward")


class AddConstant:
    """x + c, where the constant c belongs to the gate and is no input.

    Args:
        c: the constant, a float.
    """

    def __init__(self, c):
        self.c = c

    def forward(self, x):
        """Returns x + c, a float."""
        # --- gates.AddConstant.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.AddConstant.forward")

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one: a constant has no gradient."""
        # --- gates.AddConstant.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.AddConstant.backward")


class Sigmoid:
    """1 / (1 + exp(-x)) as a single gate, in place of Negate, Exp, AddConstant(1) and Inverse in a row."""

    def forward(self, x):
        """Returns the sigmoid of x, a float between 0 and 1.

        It must neither raise nor warn for any x, also not at -1,000: `math.exp(1000)` overflows, so see to it that
        exp never gets a large positive argument.
        """
        # --- gates.Sigmoid.forward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Sigmoid.forward")

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one, and needs no further call of exp."""
        # --- gates.Sigmoid.backward ---
        # YOUR CODE HERE
        raise NotImplementedError("gates.Sigmoid.backward")
