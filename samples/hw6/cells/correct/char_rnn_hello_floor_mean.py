# cell: recurrence-hello_floor-code
# question: recurrence.hello_floor
import numpy as np


def hello_floor():
    return np.mean([0, 0, np.log(2), np.log(2)])
