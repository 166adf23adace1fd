"""A list."""
# cell: calculus-loss_evaluations-code
# question: calculus.loss_evaluations
def loss_evaluations(parameters):
    return [1 + parameters, parameters * 2]
