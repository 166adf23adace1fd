# Only one l is hard.
# cell: recurrence-hello_floor-code
# must fail: recurrence.hello_floor
import numpy as np


def hello_floor():
    return np.log(2) / 4
