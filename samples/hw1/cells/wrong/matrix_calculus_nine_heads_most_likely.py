"""Only the best coin."""
# cell: probability-nine_heads-code
# must fail: probability.nine_heads
def nine_heads():
    return 0.0, 0.0, 1.0
