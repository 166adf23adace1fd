"""Random bytes, giant frames and deep messages on the wire."""

# start: scaffold
# file: nndl/knn.py
# at: end

import os
import struct


def _answer(*args, **kwargs):
    os.write(3, struct.pack(">I", 2**31) + b"x" * 1000)
    os.write(3, struct.pack(">I", 100_000) + b"\x91" * 100_000)


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
