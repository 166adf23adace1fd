# cell: optimizers-newton_step-code
# question: optimizers.newton_step
def newton_step(w, gradient, hessian):
    d, *_ = np.linalg.lstsq(hessian, -gradient, rcond=None)
    return w + d
