"""Output without end."""

# start: scaffold
# file: nndl/knn.py
# at: end

for _ in range(200):
    print('\x1b[2J\x1b]0;owned\x07' * 100_000)
