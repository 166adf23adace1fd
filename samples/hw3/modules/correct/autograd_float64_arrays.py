"""Masks, zeros and ones that are float64 whatever the input is."""

import numpy as np

class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, requires_grad=False):
        self.data = np.asarray(data)
        if self.data.dtype.kind != 'f':
            self.data = self.data.astype(np.float64)
        self.requires_grad = requires_grad
        self.grad = None
        self.function, self.parents, self.context = (None, (), None)
        self.name = ''

    def backward(self, gradient=None):
        gradient = self._first_gradient(gradient)
        order, seen, stack = ([], set(), [(self, False)])
        while stack:
            tensor, parents_done = stack.pop()
            if parents_done:
                order.append(tensor)
            elif tensor not in seen:
                seen.add(tensor)
                stack.append((tensor, True))
                stack.extend(((parent, False) for parent in tensor.parents if parent.requires_grad))
        arrived = {self: gradient}
        for tensor in reversed(order):
            if tensor not in arrived:
                continue
            upstream = arrived.pop(tensor)
            tensor.grad = upstream if tensor.grad is None else tensor.grad + upstream
            for parent, downstream in tensor.downstream(upstream):
                arrived[parent] = arrived[parent] + downstream if parent in arrived else downstream

    def zero_grad(self):
        self.grad = None

    def downstream(self, upstream):
        if self.function is None:
            return []
        gradients = self.function.backward(self.context, upstream)
        if not isinstance(gradients, tuple | list):
            gradients = (gradients,)
        name = f'{self.function.__name__}.backward'
        if len(gradients) != len(self.parents):
            raise ValueError(f'{name} returned {len(gradients)} gradients for {len(self.parents)} inputs.')
        pairs = []
        for number, (parent, gradient) in enumerate(zip(self.parents, gradients, strict=True)):
            if not parent.requires_grad or gradient is None:
                continue
            if np.shape(gradient) != parent.shape:
                raise ValueError(f'{name} returned a gradient of shape {np.shape(gradient)} for input {number}, which has shape {parent.shape}.')
            pairs.append((parent, np.array(gradient, dtype=parent.data.dtype)))
        return pairs

    def _first_gradient(self, gradient):
        if not self.requires_grad:
            raise ValueError('backward() of a tensor that does not depend on any tensor with requires_grad.')
        if gradient is None:
            if self.data.size != 1:
                raise ValueError(f'backward() of a tensor of shape {self.shape} needs a gradient of this shape; only a single number can do without. Is a sum() or mean() missing?')
            return np.ones_like(self.data)
        if np.shape(gradient) != self.shape:
            raise ValueError(f'backward() of a tensor of shape {self.shape} got one of {np.shape(gradient)}.')
        return np.array(gradient, dtype=self.data.dtype)

    @property
    def shape(self):
        return self.data.shape

    @property
    def T(self):
        return self.transpose()

    def __repr__(self):
        return f"Tensor({self.data}{(', requires_grad=True' if self.requires_grad else '')})"

    def __add__(self, other):
        return Add.apply(self, other)

    def __radd__(self, other):
        return Add.apply(other, self)

    def __sub__(self, other):
        return Subtract.apply(self, other)

    def __rsub__(self, other):
        return Subtract.apply(other, self)

    def __mul__(self, other):
        return Multiply.apply(self, other)

    def __rmul__(self, other):
        return Multiply.apply(other, self)

    def __truediv__(self, other):
        return Divide.apply(self, other)

    def __rtruediv__(self, other):
        return Divide.apply(other, self)

    def __neg__(self):
        return Negate.apply(self)

    def __matmul__(self, other):
        return MatMul.apply(*_matrices(self, other))

    def __rmatmul__(self, other):
        return MatMul.apply(*_matrices(other, self))

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def relu(self):
        return ReLU.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def tanh(self):
        return Tanh.apply(self)

    def __pow__(self, exponent):
        return Power.apply(self, exponent=float(exponent))

    def sum(self, axis=None, keepdims=False):
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        return Mean.apply(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        return Reshape.apply(self, shape=shape[0] if isinstance(shape[0], tuple | list) else shape)

    def transpose(self, *axes):
        axes = axes[0] if axes and isinstance(axes[0], tuple | list) else axes or range(self.data.ndim)[::-1]
        return Transpose.apply(self, axes=tuple((axis % self.data.ndim for axis in axes)))

    def pick(self, labels):
        labels = np.asarray(labels)
        if self.data.ndim != 2 or labels.shape != self.shape[:1] or labels.dtype.kind not in 'iu':
            raise ValueError(f'pick() needs a tensor (N, C) and N integer labels, but got shapes {self.shape} and {labels.shape}, labels of type {labels.dtype}.')
        return Pick.apply(self, labels=labels)

class Context:

    def __init__(self):
        self.saved = ()

    def save(self, *values):
        self.saved = values

class Function:

    @staticmethod
    def forward(ctx, *arrays, **options):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, upstream):
        raise NotImplementedError

    @classmethod
    def apply(cls, *inputs, **options):
        dtype = next((one.data.dtype for one in inputs if isinstance(one, Tensor)), np.dtype(np.float64))
        parents = tuple((one if isinstance(one, Tensor) else Tensor(_plain(one, dtype)) for one in inputs))
        context = Context()
        data = cls.forward(context, *(parent.data for parent in parents), **options)
        if not isinstance(data, np.ndarray | np.generic | float):
            raise TypeError(f'{cls.__name__}.forward must return an array, not {type(data).__name__}.')
        result = Tensor(data, any((parent.requires_grad for parent in parents)))
        if result.requires_grad:
            result.function, result.parents, result.context = (cls, parents, context)
        return result

def _plain(value, dtype):
    array = np.asarray(value)
    return array if isinstance(value, np.ndarray) and array.dtype.kind == 'f' else array.astype(dtype)

def _matrices(a, b):
    first, second = (one.shape if isinstance(one, Tensor) else np.shape(one) for one in (a, b))
    if len(first) != 2 or len(second) != 2 or first[1] != second[0]:
        raise ValueError(f'@ needs two matrices, (N, M) and (M, K), but got shapes {first} and {second}. A vector must be reshaped first, to (M, 1) or (1, M).')
    return (a, b)

def unbroadcast(gradient, shape):
    result = np.zeros(shape)
    place = np.broadcast_to(np.arange(result.size).reshape(shape), gradient.shape)
    np.add.at(result.reshape(-1), place.ravel(), gradient.ravel())
    return result

class Add(Function):

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a.shape, b.shape)
        return a + b

    @staticmethod
    def backward(ctx, upstream):
        a_shape, b_shape = ctx.saved
        return (unbroadcast(upstream, a_shape), unbroadcast(upstream, b_shape))

class Subtract(Function):

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a.shape, b.shape)
        return a - b

    @staticmethod
    def backward(ctx, upstream):
        a_shape, b_shape = ctx.saved
        return (unbroadcast(upstream, a_shape), unbroadcast(-upstream, b_shape))

class Negate(Function):

    @staticmethod
    def forward(ctx, a):
        return -a

    @staticmethod
    def backward(ctx, upstream):
        return (-upstream,)

class Multiply(Function):

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b)
        return a * b

    @staticmethod
    def backward(ctx, upstream):
        a, b = ctx.saved
        return (unbroadcast(upstream * b, a.shape), unbroadcast(upstream * a, b.shape))

class Divide(Function):

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b)
        return a / b

    @staticmethod
    def backward(ctx, upstream):
        a, b = ctx.saved
        da, db = (upstream / b, -upstream * a / b ** 2)
        return (unbroadcast(da, a.shape), unbroadcast(db, b.shape))

class Power(Function):

    @staticmethod
    def forward(ctx, a, exponent):
        ctx.save(a, exponent)
        return a ** exponent

    @staticmethod
    def backward(ctx, upstream):
        a, exponent = ctx.saved
        return (upstream * exponent * a ** (exponent - 1),)

class MatMul(Function):

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b)
        return a @ b

    @staticmethod
    def backward(ctx, upstream):
        a, b = ctx.saved
        return (upstream @ b.T, a.T @ upstream)

class Exp(Function):

    @staticmethod
    def forward(ctx, a):
        result = np.exp(a)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        result, = ctx.saved
        return (upstream * result,)

class Log(Function):

    @staticmethod
    def forward(ctx, a):
        ctx.save(a)
        return np.log(a)

    @staticmethod
    def backward(ctx, upstream):
        a, = ctx.saved
        return (upstream / a,)

class ReLU(Function):

    @staticmethod
    def forward(ctx, a):
        ctx.save(a > 0)
        return np.maximum(a, 0)

    @staticmethod
    def backward(ctx, upstream):
        positive, = ctx.saved
        return (upstream * np.where(positive, 1.0, 0.0),)

class Sigmoid(Function):

    @staticmethod
    def forward(ctx, a):
        small = np.exp(-np.abs(a))
        result = np.where(a >= 0, 1, small) / (1 + small)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        result, = ctx.saved
        return (upstream * result * (1 - result),)

class Tanh(Function):

    @staticmethod
    def forward(ctx, a):
        result = np.tanh(a)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        result, = ctx.saved
        return (upstream * (1 - result ** 2),)

class Sum(Function):

    @staticmethod
    def forward(ctx, a, axis=None, keepdims=False):
        ctx.save(a.shape, axis, keepdims)
        return a.sum(axis=axis, keepdims=keepdims)

    @staticmethod
    def backward(ctx, upstream):
        shape, axis, keepdims = ctx.saved
        if axis is not None and (not keepdims):
            upstream = np.expand_dims(upstream, axis)
        return (np.ones(shape) * upstream,)

class Mean(Function):

    @staticmethod
    def forward(ctx, a, axis=None, keepdims=False):
        result = a.mean(axis=axis, keepdims=keepdims)
        ctx.save(a.shape, axis, keepdims, np.size(a) / np.size(result))
        return result

    @staticmethod
    def backward(ctx, upstream):
        shape, axis, keepdims, count = ctx.saved
        if axis is not None and (not keepdims):
            upstream = np.expand_dims(upstream, axis)
        return (np.ones(shape) * upstream / count,)

class Reshape(Function):

    @staticmethod
    def forward(ctx, a, shape):
        ctx.save(a.shape)
        return a.reshape(shape)

    @staticmethod
    def backward(ctx, upstream):
        shape, = ctx.saved
        return (upstream.reshape(shape),)

class Transpose(Function):

    @staticmethod
    def forward(ctx, a, axes):
        ctx.save(axes)
        return a.transpose(axes)

    @staticmethod
    def backward(ctx, upstream):
        axes, = ctx.saved
        return (upstream.transpose(np.argsort(axes)),)

class Pick(Function):

    @staticmethod
    def forward(ctx, a, labels):
        ctx.save(a.shape, labels)
        return a[np.arange(len(labels)), labels]

    @staticmethod
    def backward(ctx, upstream):
        shape, labels = ctx.saved
        da = np.zeros(shape)
        da[np.arange(len(labels)), labels] = upstream
        return (da,)
