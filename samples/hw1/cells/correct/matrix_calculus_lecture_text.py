"""Text and numbers."""
# cell: probability-lecture-code
# question: probability.lecture
def liked_the_lecture():
    return '1350/2128', '378/2128', 0, '400/2128'
