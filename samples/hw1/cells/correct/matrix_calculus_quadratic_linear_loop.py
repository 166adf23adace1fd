"""Row by row."""
# cell: calculus-quadratic_linear-code
# question: calculus.quadratic_linear
def gradient_of_quadratic_and_linear(A, b, x):
    return np.array([A[k] @ x + A[:, k] @ x + b[k] for k in range(x.size)])
