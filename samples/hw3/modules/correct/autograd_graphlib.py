"""The order comes from graphlib; gradients wait in lists; Tensors are told apart by their ids."""

import graphlib
from collections import defaultdict

import numpy as np


class Tensor:
    """An array that remembers how it was computed.

    Args:
        data: numbers of any shape. A NumPy array of floats is used as it is, without a copy; anything else becomes
            a new array, integers as float64.
        requires_grad: whether `backward` shall compute a gradient for this tensor. The result of an operation
            requires one when any of its inputs does.

    Attributes:
        data: the values, a NumPy array.
        grad: the gradient, an array of the same shape and dtype as `data`; None until `backward` has reached it.
        function: the class of the operation that computed this tensor, such as `Multiply`; None for a tensor that
            you made yourself, and for one that requires no gradient.
        parents: the tensors that the operation was applied to, in its order; `a * a` has the parents `(a, a)`.
        context: the operation's `Context`.
        name: a label for pictures; free for you to set.
    """

    __array_ufunc__ = None  # array * tensor becomes tensor.__rmul__(array), not an array of tensors

    def __init__(self, data, requires_grad=False):
        self.data = np.asarray(data)
        if self.data.dtype.kind != "f":
            self.data = self.data.astype(np.float64)
        self.requires_grad = requires_grad
        self.grad = None
        self.function, self.parents, self.context = None, (), None
        self.name = ""

    def backward(self, gradient=None):
        """Add to every tensor's `.grad`, for the tensors that this one was computed from, dL/d(that tensor).

        L is this tensor, or for a tensor with several entries the sum of all entries of `gradient * self.data`.

        - Only tensors with `requires_grad` get a gradient. Among them, intermediate results keep theirs too, so
          that one can look at it, and so does this tensor itself (it is `gradient`).
        - A tensor that is used several times gets the sum over its uses. Its own operation may be taken back only
          when all of them have arrived: walk the graph in reverse topological order, each operation once.
        - A graph may be 5,000 operations deep. Python stops at 1,000 calls inside one another: no recursion.
        - `.grad` is added to, never overwritten: two calls of `backward` give twice the gradient. The second call
          starts afresh, though: it must not send the gradients of the first one through the graph again.

        Args:
            gradient: dL/d(this tensor), of the same shape as `data`; may be left out if there is only one entry,
                and is 1 then.

        Raises:
            ValueError: there is no gradient, or one of another shape.
        """
        gradient = self._first_gradient(gradient)
        # --- autograd.backward ---
        known, graph, waiting = {id(self): self}, graphlib.TopologicalSorter(), [self]
        while waiting:
            child = waiting.pop()
            graph.add(id(child))
            for parent in child.parents:
                if id(parent) not in known and parent.requires_grad:
                    known[id(parent)] = parent
                    waiting.append(parent)
                graph.add(id(parent), id(child))
        inbox = defaultdict(list, {id(self): [gradient]})
        for name in graph.static_order():
            if name in inbox:
                tensor, upstream = known[name], np.sum(inbox.pop(name), axis=0)
                tensor.grad = upstream + (0 if tensor.grad is None else tensor.grad)
                for parent, one in tensor.downstream(upstream):
                    inbox[id(parent)].append(one)

    def zero_grad(self):
        """Forget the gradient of this tensor: `.grad` is None again."""
        # --- autograd.backward.zero_grad ---
        self.grad = None

    def downstream(self, upstream):
        """What this tensor's operation sends back to its inputs. It changes no `.grad`.

        Args:
            upstream: dL/d(this tensor), of the shape of `data`.

        Returns:
            A list of pairs `(parent, gradient)`, in the order of the parents, without those that require no
            gradient. A parent that the operation used twice is in it twice. The list is empty if there are no
            parents. The gradients are new arrays of the parents' shapes and dtypes.

        Raises:
            ValueError: the operation's `backward` returned too few gradients, too many, or one of a wrong shape.
        """
        if self.function is None:
            return []
        gradients = self.function.backward(self.context, upstream)
        if not isinstance(gradients, tuple | list):
            gradients = (gradients,)
        name = f"{self.function.__name__}.backward"
        if len(gradients) != len(self.parents):
            raise ValueError(f"{name} returned {len(gradients)} gradients for {len(self.parents)} inputs.")
        pairs = []
        for number, (parent, gradient) in enumerate(zip(self.parents, gradients, strict=True)):
            if not parent.requires_grad or gradient is None:
                continue
            if np.shape(gradient) != parent.shape:
                raise ValueError(
                    f"{name} returned a gradient of shape {np.shape(gradient)} for input {number}, "
                    f"which has shape {parent.shape}."
                )
            pairs.append((parent, np.array(gradient, dtype=parent.data.dtype)))
        return pairs

    def _first_gradient(self, gradient):
        if not self.requires_grad:
            raise ValueError("backward() of a tensor that does not depend on any tensor with requires_grad.")
        if gradient is None:
            if self.data.size != 1:
                raise ValueError(
                    f"backward() of a tensor of shape {self.shape} needs a gradient of this shape; "
                    "only a single number can do without. Is a sum() or mean() missing?"
                )
            return np.ones_like(self.data)
        if np.shape(gradient) != self.shape:
            raise ValueError(f"backward() of a tensor of shape {self.shape} got one of {np.shape(gradient)}.")
        return np.array(gradient, dtype=self.data.dtype)

    @property
    def shape(self):
        """The shape of `data`."""
        return self.data.shape

    @property
    def T(self):
        """The transpose: all axes in reverse order."""
        return self.transpose()

    def __repr__(self):
        return f"Tensor({self.data}{', requires_grad=True' if self.requires_grad else ''})"

    # fmt: off
    def __add__(self, other):       return Add.apply(self, other)
    def __radd__(self, other):      return Add.apply(other, self)
    def __sub__(self, other):       return Subtract.apply(self, other)
    def __rsub__(self, other):      return Subtract.apply(other, self)
    def __mul__(self, other):       return Multiply.apply(self, other)
    def __rmul__(self, other):      return Multiply.apply(other, self)
    def __truediv__(self, other):   return Divide.apply(self, other)
    def __rtruediv__(self, other):  return Divide.apply(other, self)
    def __neg__(self):              return Negate.apply(self)
    def __matmul__(self, other):    return MatMul.apply(*_matrices(self, other))
    def __rmatmul__(self, other):   return MatMul.apply(*_matrices(other, self))
    def exp(self):                  return Exp.apply(self)
    def log(self):                  return Log.apply(self)
    def relu(self):                 return ReLU.apply(self)
    def sigmoid(self):              return Sigmoid.apply(self)
    def tanh(self):                 return Tanh.apply(self)
    # fmt: on

    def __pow__(self, exponent):
        """Each entry to the power of a number (not of a tensor)."""
        return Power.apply(self, exponent=float(exponent))

    def sum(self, axis=None, keepdims=False):
        """The sum over all entries, or over one axis or several, as `np.sum` has it."""
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        """The mean over all entries, or over one axis or several, as `np.mean` has it."""
        return Mean.apply(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        """The same entries in another shape: `t.reshape(6, -1)` or `t.reshape((6, -1))`."""
        return Reshape.apply(self, shape=shape[0] if isinstance(shape[0], tuple | list) else shape)

    def transpose(self, *axes):
        """The axes in another order: `t.transpose(2, 0, 1)`; without arguments in reverse order."""
        axes = axes[0] if axes and isinstance(axes[0], tuple | list) else axes or range(self.data.ndim)[::-1]
        return Transpose.apply(self, axes=tuple(axis % self.data.ndim for axis in axes))

    def pick(self, labels):
        """Of every row n of an (N, C) tensor the entry `labels[n]`: what NumPy writes `t[np.arange(N), labels]`."""
        labels = np.asarray(labels)
        if self.data.ndim != 2 or labels.shape != self.shape[:1] or labels.dtype.kind not in "iu":
            raise ValueError(
                f"pick() needs a tensor (N, C) and N integer labels, but got shapes {self.shape} and "
                f"{labels.shape}, labels of type {labels.dtype}."
            )
        return Pick.apply(self, labels=labels)


class Context:
    """What an operation's forward keeps for its backward: `ctx.save(x, y)`, and later `x, y = ctx.saved`."""

    def __init__(self):
        self.saved = ()

    def save(self, *values):
        """Keep these values; a second call replaces those of the first."""
        self.saved = values


class Function:
    """An operation on arrays that knows its gradient; to make one of your own, write a class with both methods.

    Both are static and see NumPy arrays only, never tensors, and change none of them.
    """

    @staticmethod
    def forward(ctx, *arrays, **options):
        """The operation.

        Args:
            ctx: a fresh `Context`, for what backward will need.
            arrays: the values of the inputs.
            options: other arguments, which have no gradient, such as `axis=`.

        Returns:
            The result, a NumPy array.
        """
        raise NotImplementedError

    @staticmethod
    def backward(ctx, upstream):
        """The gradients with respect to the inputs.

        Args:
            ctx: the `Context` that forward had. A later call may bring the same one, so it stays as it is.
            upstream: gradient with respect to the result, of the result's shape.

        Returns:
            A tuple with one entry per input, each of the shape of that input, also if there is only one input;
            None for an input without a gradient.
        """
        raise NotImplementedError

    @classmethod
    def apply(cls, *inputs, **options):
        """Apply the operation to tensors, and record it in the graph if a gradient will be needed.

        Inputs may also be numbers and arrays. A number takes the dtype of the tensor that it meets, so that
        `2 * t` of a float32 tensor is float32.
        """
        dtype = next((one.data.dtype for one in inputs if isinstance(one, Tensor)), np.dtype(np.float64))
        parents = tuple(one if isinstance(one, Tensor) else Tensor(_plain(one, dtype)) for one in inputs)
        context = Context()
        data = cls.forward(context, *(parent.data for parent in parents), **options)
        if not isinstance(data, np.ndarray | np.generic | float):
            raise TypeError(f"{cls.__name__}.forward must return an array, not {type(data).__name__}.")
        result = Tensor(data, any(parent.requires_grad for parent in parents))
        if result.requires_grad:
            result.function, result.parents, result.context = cls, parents, context
        return result


def _plain(value, dtype):
    array = np.asarray(value)
    return array if isinstance(value, np.ndarray) and array.dtype.kind == "f" else array.astype(dtype)


def _matrices(a, b):
    first, second = (one.shape if isinstance(one, Tensor) else np.shape(one) for one in (a, b))
    if len(first) != 2 or len(second) != 2 or first[1] != second[0]:
        raise ValueError(
            f"@ needs two matrices, (N, M) and (M, K), but got shapes {first} and {second}. "
            "A vector must be reshaped first, to (M, 1) or (1, M)."
        )
    return a, b


def unbroadcast(gradient, shape):
    """Sum a gradient over the axes along which an operand of this shape was broadcast.

    If b has shape (3,), then `a + b` with a of shape (2, 3) uses every entry of b twice, and gradients of
    something used twice add up. NumPy broadcasts in two ways: it puts new axes in front of a shape, and it repeats
    an axis of length 1.

    Args:
        gradient: an array of the shape of the operation's result.
        shape: the shape of one operand, a tuple that broadcasts to the gradient's shape.

    Returns:
        An array of exactly this shape, with the same sum over all entries. `gradient` itself is not changed.
    """
    # --- autograd.unbroadcast ---
    in_front = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(in_front)))
    repeated = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return gradient.sum(axis=repeated, keepdims=True)


class Add(Function):
    """a + b, with broadcasting. The worked example: read it before you write the others."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a.shape, b.shape)  # all that backward needs: the values make no difference to it
        return a + b

    @staticmethod
    def backward(ctx, upstream):
        a_shape, b_shape = ctx.saved
        return unbroadcast(upstream, a_shape), unbroadcast(upstream, b_shape)


class Subtract(Function):
    """a - b, with broadcasting."""

    @staticmethod
    def forward(ctx, a, b):
        # --- autograd.arithmetic.Subtract.forward ---
        ctx.save(a.shape, b.shape)
        return a - b

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.arithmetic.Subtract.backward ---
        a_shape, b_shape = ctx.saved
        return unbroadcast(upstream, a_shape), unbroadcast(-upstream, b_shape)


class Negate(Function):
    """-a."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.arithmetic.Negate.forward ---
        return -a

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.arithmetic.Negate.backward ---
        return (-upstream,)


class Multiply(Function):
    """a b entry by entry, with broadcasting."""

    @staticmethod
    def forward(ctx, a, b):
        # --- autograd.arithmetic.Multiply.forward ---
        ctx.save(a, b)
        return a * b

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.arithmetic.Multiply.backward ---
        a, b = ctx.saved
        return unbroadcast(upstream * b, a.shape), unbroadcast(upstream * a, b.shape)


class Divide(Function):
    """a / b entry by entry, with broadcasting."""

    @staticmethod
    def forward(ctx, a, b):
        # --- autograd.arithmetic.Divide.forward ---
        ctx.save(a, b)
        return a / b

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.arithmetic.Divide.backward ---
        a, b = ctx.saved
        da, db = upstream / b, -upstream * a / b**2
        return unbroadcast(da, a.shape), unbroadcast(db, b.shape)


class Power(Function):
    """Each entry of a to the power of `exponent`, a Python float."""

    @staticmethod
    def forward(ctx, a, exponent):
        # --- autograd.arithmetic.Power.forward ---
        ctx.save(a, exponent)
        return a**exponent

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.arithmetic.Power.backward ---
        a, exponent = ctx.saved
        return (upstream * exponent * a ** (exponent - 1),)


class MatMul(Function):
    """The matrix product of a (N, M) and b (M, K): (N, K). Two axes each, neither more nor fewer."""

    @staticmethod
    def forward(ctx, a, b):
        # --- autograd.matmul.MatMul.forward ---
        ctx.save(a, b)
        return a @ b  # (N, K)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.matmul.MatMul.backward ---
        a, b = ctx.saved
        return upstream @ b.T, a.T @ upstream  # (N, M), (M, K)


class Exp(Function):
    """e to the a."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.elementwise.Exp.forward ---
        result = np.exp(a)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.elementwise.Exp.backward ---
        (result,) = ctx.saved
        return (upstream * result,)


class Log(Function):
    """The natural logarithm of a."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.elementwise.Log.forward ---
        ctx.save(a)
        return np.log(a)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.elementwise.Log.backward ---
        (a,) = ctx.saved
        return (upstream / a,)


class ReLU(Function):
    """The larger of a and 0. Where a is 0, either slope is accepted, 0 or 1."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.elementwise.ReLU.forward ---
        ctx.save(a > 0)
        return np.maximum(a, 0)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.elementwise.ReLU.backward ---
        (positive,) = ctx.saved
        return (upstream * positive,)


class Sigmoid(Function):
    """1 / (1 + exp(-a)). For no `a`, however large or small, may anything overflow, nor a warning appear."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.elementwise.Sigmoid.forward ---
        small = np.exp(-np.abs(a))  # between 0 and 1
        result = np.where(a >= 0, 1, small) / (1 + small)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.elementwise.Sigmoid.backward ---
        (result,) = ctx.saved
        return (upstream * result * (1 - result),)


class Tanh(Function):
    """The hyperbolic tangent of a, which NumPy has."""

    @staticmethod
    def forward(ctx, a):
        # --- autograd.elementwise.Tanh.forward ---
        result = np.tanh(a)
        ctx.save(result)
        return result

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.elementwise.Tanh.backward ---
        (result,) = ctx.saved
        return (upstream * (1 - result**2),)


class Sum(Function):
    """The sum of a over the axes `axis`: an int, a tuple of ints, negative ones too, or None for all.

    With `keepdims` the axes stay, with length 1; without it they are gone, also from `upstream`: `np.expand_dims`
    puts them back.
    """

    @staticmethod
    def forward(ctx, a, axis=None, keepdims=False):
        # --- autograd.reductions.Sum.forward ---
        ctx.save(a.shape, axis, keepdims)
        return a.sum(axis=axis, keepdims=keepdims)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.reductions.Sum.backward ---
        shape, axis, keepdims = ctx.saved
        if axis is not None and not keepdims:
            upstream = np.expand_dims(upstream, axis)
        return (np.broadcast_to(upstream, shape),)


class Mean(Function):
    """The mean of a over the axes `axis`: an int, a tuple of ints, negative ones too, or None for all.

    With `keepdims` the axes stay, with length 1; without it they are gone, also from `upstream`: `np.expand_dims`
    puts them back.
    """

    @staticmethod
    def forward(ctx, a, axis=None, keepdims=False):
        # --- autograd.reductions.Mean.forward ---
        result = a.mean(axis=axis, keepdims=keepdims)
        ctx.save(a.shape, axis, keepdims, a.size // result.size)
        return result

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.reductions.Mean.backward ---
        shape, axis, keepdims, count = ctx.saved
        if axis is not None and not keepdims:
            upstream = np.expand_dims(upstream, axis)
        return (np.broadcast_to(upstream / count, shape),)


class Reshape(Function):
    """The entries of a in another shape: a tuple of ints, one of which may be -1."""

    @staticmethod
    def forward(ctx, a, shape):
        # --- autograd.shapes.Reshape.forward ---
        ctx.save(a.shape)
        return a.reshape(shape)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.shapes.Reshape.backward ---
        (shape,) = ctx.saved
        return (upstream.reshape(shape),)


class Transpose(Function):
    """The axes of a in another order. `axes` is a tuple of all of them: axis i of the result is axis `axes[i]` of a."""

    @staticmethod
    def forward(ctx, a, axes):
        # --- autograd.shapes.Transpose.forward ---
        ctx.save(axes)
        return a.transpose(axes)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.shapes.Transpose.backward ---
        (axes,) = ctx.saved
        return (upstream.transpose(np.argsort(axes)),)


class Pick(Function):
    """Of every row n of a (N, C) the entry `labels[n]`: (N,).

    A label may occur many times, but in different rows: no entry of `a` is picked twice, so its gradient is either
    one entry of `upstream` or 0. (Were the rows chosen too, a pair of row and label could repeat, and gradients would
    have to add up there; `dx[rows, labels] += g` adds only once per pair, `np.add.at` adds them all.)
    """

    @staticmethod
    def forward(ctx, a, labels):
        # --- autograd.pick.Pick.forward ---
        ctx.save(a.shape, labels)
        return a[np.arange(len(labels)), labels]  # (N,)

    @staticmethod
    def backward(ctx, upstream):
        # --- autograd.pick.Pick.backward ---
        shape, labels = ctx.saved
        da = np.zeros(shape, dtype=upstream.dtype)  # (N, C)
        da[np.arange(len(labels)), labels] = upstream
        return (da,)
