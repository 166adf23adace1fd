"""One too many."""
# cell: calculus-loss_evaluations-code
# must fail: calculus.loss_evaluations
def loss_evaluations(parameters):
    return parameters + 1, 2 * parameters + 1
