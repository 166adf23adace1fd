"""In percent."""
# cell: probability-lecture-code
# must fail: probability.lecture
def liked_the_lecture():
    return 63.4, 17.8, 0, 18.8
