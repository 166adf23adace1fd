"""The training loop of the course, to be read: `training.py` trains, `checkpoint.py` saves, `arguments.py` complains.

from labkit import Solver
solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, rng=np.random.default_rng(0))
solver.train()
solver.best_val_acc
"""

from labkit.solver.training import Solver, sgd

__all__ = ["Solver", "sgd"]
