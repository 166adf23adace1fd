"""Not divided."""
# cell: probability-lecture-code
# must fail: probability.lecture
def liked_the_lecture():
    return 0.135, 0.0378, 0.0, 0.04
