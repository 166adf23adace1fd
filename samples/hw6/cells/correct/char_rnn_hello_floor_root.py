# cell: recurrence-hello_floor-code
# question: recurrence.hello_floor
from math import log, sqrt


def hello_floor():
    return log(sqrt(2))
