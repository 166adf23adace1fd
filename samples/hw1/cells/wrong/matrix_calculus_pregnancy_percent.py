"""In percent."""
# cell: probability-pregnancy-code
# must fail: probability.pregnancy
def pregnant_if_positive():
    return 9.09
