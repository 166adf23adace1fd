"""os._exit while a module is loaded."""

# start: scaffold
# file: nndl/knn.py
# at: end

import os

os._exit(0)
