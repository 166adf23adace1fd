"""A base class that multiplies local gradients; forward keeps them."""

import math


class Gate:
    local = ()

    def backward(self, upstream):
        return tuple(upstream * slope for slope in self.local)


class Add(Gate):
    def forward(self, x, y):
        self.local = (1.0, 1.0)
        return float(x + y)


class Multiply(Gate):
    def forward(self, x, y):
        self.local = (y, x)
        return float(x * y)


class Max(Gate):
    def forward(self, x, y):
        first = 1.0 if x >= y else 0.0
        self.local = (first, 1.0 - first)
        return max(x, y)


class Negate(Gate):
    def forward(self, x):
        self.local = (-1.0,)
        return -float(x)


class Exp(Gate):
    def forward(self, x):
        y = math.e**x
        self.local = (y,)
        return y


class Inverse(Gate):
    def forward(self, x):
        y = x**-1
        self.local = (-y * y,)
        return y


class AddConstant(Gate):
    def __init__(self, c):
        self.add = c
        self.local = (1.0,)

    def forward(self, x):
        return x + self.add


class Sigmoid(Gate):
    def forward(self, x):
        try:
            y = 1 / (1 + math.exp(-x))
        except OverflowError:
            y = 0.0
        self.local = (y * (1 - y),)
        return y
