"""None for every answer: side conditions that say nothing about values must not pay."""

# start: scaffold
# file: nndl/knn.py
# at: end

def _answer(*args, **kwargs):
    return None


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
