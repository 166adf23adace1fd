"""NumPy integers."""
# cell: calculus-loss_evaluations-code
# question: calculus.loss_evaluations
def loss_evaluations(parameters):
    return np.int64(parameters) + 1, np.int64(parameters) * 2
