"""NumPy scalars, lists for tuples, ties to the second input."""

import numpy as np


class Add:
    def forward(self, x, y):
        return np.add(x, y)

    def backward(self, upstream):
        return [upstream] * 2


class Multiply:
    def forward(self, *xs):
        self.xs = np.array(xs, dtype=float)
        return self.xs.prod()

    def backward(self, upstream):
        return list(upstream * self.xs[::-1])


class Max:
    def forward(self, x, y):
        self.winner = 1 - int(np.argmax([y, x]))
        return np.maximum(x, y)

    def backward(self, upstream):
        d = np.zeros(2)
        d[self.winner] = upstream
        return [d[0], d[1]]


class Negate:
    def forward(self, x):
        return np.negative(x)

    def backward(self, upstream):
        return [np.negative(upstream)]


class Exp:
    def forward(self, x):
        self.out = np.exp(x)
        return self.out

    def backward(self, upstream):
        return [np.float64(self.out * upstream)]


class Inverse:
    def forward(self, x):
        self.x = np.float64(x)
        return np.array(1 / self.x)

    def backward(self, upstream):
        return [np.array(-upstream * self.x**-2)]


class AddConstant:
    def __init__(self, c=0.0):
        self.c = np.float64(c)

    def forward(self, x):
        return x + self.c

    def backward(self, upstream):
        return [1 * upstream]


class Sigmoid:
    def forward(self, x):
        with np.errstate(over="ignore"):
            self.s = 1 / (1 + np.exp(-np.float64(x)))
        return self.s

    def backward(self, upstream):
        return [upstream * (self.s - self.s**2)]
