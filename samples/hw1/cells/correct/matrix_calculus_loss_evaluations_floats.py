"""Floats."""
# cell: calculus-loss_evaluations-code
# question: calculus.loss_evaluations
def loss_evaluations(parameters):
    return float(parameters + 1), 2.0 * parameters
