# cell: recurrence-hello_floor-code
# question: recurrence.hello_floor
import math
from collections import Counter


def hello_floor():
    pairs = Counter(zip("hell", "ello"))
    letters = Counter("hell")
    return -sum(math.log(pairs[a, b] / letters[a]) for a, b in zip("hell", "ello")) / 4
