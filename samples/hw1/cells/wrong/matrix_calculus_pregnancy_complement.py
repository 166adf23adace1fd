"""Of a negative test."""
# cell: probability-pregnancy-code
# must fail: probability.pregnancy
def pregnant_if_positive():
    return 0.0099 / (0.0099 + 0.891)
