"""Every method sleeps."""

# start: scaffold
# file: nndl/knn.py
# at: end

import time


def _answer(*args, **kwargs):
    time.sleep(3600)


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
