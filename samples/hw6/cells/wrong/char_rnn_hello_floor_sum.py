# The sum of the four losses.
# cell: recurrence-hello_floor-code
# must fail: recurrence.hello_floor
import numpy as np


def hello_floor():
    return 2 * np.log(2)
