"""labkit: the student's side of the course.

from labkit import check, load_data

check("knn.compute_distances")     # run a question's checks on your code, now
data = load_data()                 # CIFAR-10 when it is there, else the embedded pictures
"""

from labkit.checks.live import check, ready
from labkit.data import load_data, load_model, save_model
from labkit.gradcheck import check_gradient, check_layer, check_loss, numerical_gradient
from labkit.solver import Solver

__all__ = [
    "Solver",
    "check",
    "check_gradient",
    "check_layer",
    "check_loss",
    "load_data",
    "load_model",
    "numerical_gradient",
    "ready",
    "save_model",
]
