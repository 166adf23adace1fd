"""Three digits."""
# cell: probability-lecture-code
# question: probability.lecture
def liked_the_lecture():
    return 0.634, 0.178, 0, 0.188
