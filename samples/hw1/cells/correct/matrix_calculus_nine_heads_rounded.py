"""Three digits."""
# cell: probability-nine_heads-code
# question: probability.nine_heads
def nine_heads():
    return 0.138, 0.293, 0.569
