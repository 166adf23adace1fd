"""Cells of the student's own that sleep as long as they may."""

# start: solution
# file: knn.ipynb
# at: many

import time

time.sleep(3600)
