# cell: optimizers-newton_step-code
# question: optimizers.newton_step
def newton_step(w, gradient, hessian):
    L = np.linalg.cholesky(hessian)
    return np.subtract(w, np.linalg.solve(L.T, np.linalg.solve(L, gradient)))
