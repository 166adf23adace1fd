"""Only the step."""
# cell: optimizers-newton_step-code
# must fail: optimizers.newton_step


def newton_step(w, gradient, hessian):
    return -np.linalg.solve(hessian, gradient)
