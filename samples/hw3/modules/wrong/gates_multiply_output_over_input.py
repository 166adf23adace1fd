"""The other factor as output / input: not at zero."""

# must fail: gates.Multiply

import math

class Add:

    def forward(self, x, y):
        return x + y

    def backward(self, upstream):
        return (upstream, upstream)

class Multiply:

    def forward(self, x, y):
        self.x, self.y, self.out = (x, y, x * y)
        return self.out

    def backward(self, upstream):
        return (self.out / self.x * upstream, self.out / self.y * upstream)

class Max:

    def forward(self, x, y):
        self.first_wins = x >= y
        return x if self.first_wins else y

    def backward(self, upstream):
        return (upstream, 0.0) if self.first_wins else (0.0, upstream)

class Negate:

    def forward(self, x):
        return -x

    def backward(self, upstream):
        return (-upstream,)

class Exp:

    def forward(self, x):
        self.output = math.exp(x)
        return self.output

    def backward(self, upstream):
        return (self.output * upstream,)

class Inverse:

    def forward(self, x):
        self.output = 1.0 / x
        return self.output

    def backward(self, upstream):
        return (-self.output ** 2 * upstream,)

class AddConstant:

    def __init__(self, c):
        self.c = c

    def forward(self, x):
        return x + self.c

    def backward(self, upstream):
        return (upstream,)

class Sigmoid:

    def forward(self, x):
        small = math.exp(-abs(x))
        self.output = 1.0 / (1.0 + small) if x >= 0 else small / (1.0 + small)
        return self.output

    def backward(self, upstream):
        return (self.output * (1.0 - self.output) * upstream,)
