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
        ### BEGIN SOLUTION
        return x + y
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Add.backward ---
        ### BEGIN SOLUTION
        return upstream, upstream
        ### END SOLUTION


class Multiply:
    """x y. Its backward switches the inputs and scales them."""

    def forward(self, x, y):
        """Returns x times y, a float."""
        # --- gates.Multiply.forward ---
        ### BEGIN SOLUTION
        self.x, self.y = x, y
        return x * y
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Multiply.backward ---
        ### BEGIN SOLUTION
        return self.y * upstream, self.x * upstream
        ### END SOLUTION


class Max:
    """The larger of x and y. Its backward routes the upstream gradient to the input that won.

    At a tie the gradient goes to one of the two, to whichever you like, but not to both.
    """

    def forward(self, x, y):
        """Returns the larger of x and y, a float."""
        # --- gates.Max.forward ---
        ### BEGIN SOLUTION
        self.first_wins = x >= y
        return x if self.first_wins else y
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx, dy)`."""
        # --- gates.Max.backward ---
        ### BEGIN SOLUTION
        return (upstream, 0.0) if self.first_wins else (0.0, upstream)
        ### END SOLUTION


class Negate:
    """-x."""

    def forward(self, x):
        """Returns -x, a float."""
        # --- gates.Negate.forward ---
        ### BEGIN SOLUTION
        return -x
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Negate.backward ---
        ### BEGIN SOLUTION
        return (-upstream,)
        ### END SOLUTION


class Exp:
    """e to the x."""

    def forward(self, x):
        """Returns e to the power of x, a float."""
        # --- gates.Exp.forward ---
        ### BEGIN SOLUTION
        self.output = math.exp(x)
        return self.output
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Exp.backward ---
        ### BEGIN SOLUTION
        return (self.output * upstream,)
        ### END SOLUTION


class Inverse:
    """1 / x, for x other than zero."""

    def forward(self, x):
        """Returns 1 / x, a float."""
        # --- gates.Inverse.forward ---
        ### BEGIN SOLUTION
        self.output = 1.0 / x
        return self.output
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one."""
        # --- gates.Inverse.backward ---
        ### BEGIN SOLUTION
        return (-(self.output**2) * upstream,)
        ### END SOLUTION


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
        ### BEGIN SOLUTION
        return x + self.c
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one: a constant has no gradient."""
        # --- gates.AddConstant.backward ---
        ### BEGIN SOLUTION
        return (upstream,)
        ### END SOLUTION


class Sigmoid:
    """1 / (1 + exp(-x)) as a single gate, in place of Negate, Exp, AddConstant(1) and Inverse in a row."""

    def forward(self, x):
        """Returns the sigmoid of x, a float between 0 and 1.

        It must neither raise nor warn for any x, also not at -1,000: `math.exp(1000)` overflows, so see to it that
        exp never gets a large positive argument.
        """
        # --- gates.Sigmoid.forward ---
        ### BEGIN SOLUTION
        small = math.exp(-abs(x))  # between 0 and 1
        self.output = 1.0 / (1.0 + small) if x >= 0 else small / (1.0 + small)
        return self.output
        ### END SOLUTION

    def backward(self, upstream):
        """Returns `(dx,)`, a tuple of one, and needs no further call of exp."""
        # --- gates.Sigmoid.backward ---
        ### BEGIN SOLUTION
        return (self.output * (1.0 - self.output) * upstream,)
        ### END SOLUTION
