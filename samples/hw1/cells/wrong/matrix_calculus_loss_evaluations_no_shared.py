"""Without the shared loss."""
# cell: calculus-loss_evaluations-code
# must fail: calculus.loss_evaluations
def loss_evaluations(parameters):
    return parameters, 2 * parameters
