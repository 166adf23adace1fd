"""The array that was returned goes on changing in a thread."""

# start: scaffold
# file: nndl/knn.py
# at: end

import threading

_shared = np.zeros((3, 2))


def _churn():
    while True:
        _shared[:] = np.random.default_rng().random((3, 2)) * 10


threading.Thread(target=_churn, daemon=True).start()


def _answer(*args, **kwargs):
    return _shared


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
