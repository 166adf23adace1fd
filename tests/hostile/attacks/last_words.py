"""Handlers at exit, finalizers and audit hooks."""

# start: scaffold
# file: nndl/knn.py
# at: end

import atexit
import os
import sys

atexit.register(lambda: os.fork())
sys.addaudithook(lambda *args: None)


class _Stays:
    def __del__(self):
        while True:
            pass


_it = _Stays()
