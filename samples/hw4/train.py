"""Saves fc_best.npz in seconds: run in the folder of a solved homework."""

import numpy as np

from labkit import Solver, load_data, save_model
from nndl.fc_net import FullyConnectedNet

SCALE = 64.0

data = load_data("shapes10", flatten=True, dtype=np.float32, quiet=True)
mean = data.X_train.mean(axis=0)
sets = {
    "X_train": (data.X_train - mean) / np.float32(SCALE),
    "y_train": data.y_train,
    "X_val": (data.X_val - mean) / np.float32(SCALE),
    "y_val": data.y_val,
}
rng = np.random.default_rng(0)
model = FullyConnectedNet(
    [200, 100], dropout_keep=0.8, normalization="batchnorm", reg=1e-3, weight_scale=0.02, rng=rng
)
config, order = {"learning_rate": 0.3}, np.random.default_rng(1)
Solver(model, sets, optim_config=config, lr_decay=0.75, num_epochs=8, rng=order, verbose=False).train()
arrays = {**model.params, "mean": mean, "scale": SCALE}
for layer, param in enumerate(model.bn_params, start=1):
    arrays |= {f"{name}{layer}": param[name] for name in ("running_mean", "running_var")}
save_model("fc_best.npz", **arrays)
