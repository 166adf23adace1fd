"""Exchanged."""
# cell: calculus-loss_evaluations-code
# must fail: calculus.loss_evaluations
def loss_evaluations(parameters):
    return 2 * parameters, parameters + 1
