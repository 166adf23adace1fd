"""The inverse itself."""
# cell: optimizers-newton_step-code
# question: optimizers.newton_step


def newton_step(w, gradient, hessian):
    return w - np.linalg.inv(hessian) @ gradient
