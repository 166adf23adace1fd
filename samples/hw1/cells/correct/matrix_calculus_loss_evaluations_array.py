# cell: calculus-loss_evaluations-code
# question: calculus.loss_evaluations
import numpy as np


def loss_evaluations(parameters):
    return parameters * np.array([1, 2]) + np.array([1, 0])
