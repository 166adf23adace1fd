"""Two products."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    return A @ x + A.T @ x
