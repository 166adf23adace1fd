"""Main axes."""
# cell: optimizers-newton_step-code
# question: optimizers.newton_step


def newton_step(w, gradient, hessian):
    values, axes = np.linalg.eigh(hessian)
    return w - axes @ ((axes.T @ gradient) / values)
