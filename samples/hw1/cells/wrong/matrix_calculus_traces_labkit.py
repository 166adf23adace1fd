"""The checker's own differences."""
# cell: calculus-traces-code
# must fail: calculus.traces
from labkit import numerical_gradient


def gradient_of_traces(A, B):
    return numerical_gradient(lambda A: np.trace(B @ A + A.T @ B + A @ A @ B), A)
