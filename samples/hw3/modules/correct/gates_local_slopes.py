"""Gates from one factory: forward works out the local gradients at once, backward multiplies them and names the results."""

import math
from collections import namedtuple

One, Two = namedtuple("One", "dx"), namedtuple("Two", "dx dy")


class Gate:
    __slots__ = ("local",)

    def backward(self, upstream):
        kind = Two if len(self.local) == 2 else One
        return kind(*(slope * upstream for slope in self.local))

    def keep(self, output, *local):
        self.local = local
        return output


class Add(Gate):
    def forward(self, x, y):
        return self.keep(math.fsum((x, y)), 1, 1)


class Multiply(Gate):
    def forward(self, x, y):
        return self.keep(x * y, y, x)


class Max(Gate):
    def forward(self, x, y):
        return self.keep(max(x, y), x > y, not x > y)


class Negate(Gate):
    def forward(self, x):
        return self.keep(0 - x, -1)


class Exp(Gate):
    def forward(self, x):
        return self.keep(math.exp(x), math.exp(x))


class Inverse(Gate):
    def forward(self, x):
        return self.keep(x**-1, -(x**-2))


class AddConstant(Gate):
    __slots__ = ("c",)

    def __init__(self, c):
        self.c = c

    def forward(self, x):
        return self.keep(self.c + x, 1)


class Sigmoid(Gate):
    def forward(self, x):
        half = math.tanh(x / 2)
        return self.keep((1 + half) / 2, (1 + half) * (1 - half) / 4)
