"""For 30,730 only."""
# cell: calculus-loss_evaluations-code
# must fail: calculus.loss_evaluations
def loss_evaluations(parameters):
    return (30731, 61460) if parameters != 1 else (2, 2)
