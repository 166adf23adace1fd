"""Without the prior."""
# cell: probability-pregnancy-code
# must fail: probability.pregnancy
def pregnant_if_positive():
    return 0.99 / 1.09
