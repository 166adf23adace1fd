"""Counts."""
# cell: calculus-loss_evaluations-code
# question: calculus.loss_evaluations
def loss_evaluations(parameters):
    forward = 1
    central = 0
    for _ in range(parameters):
        forward += 1
        central += 2
    return forward, central
