"""Text."""
# cell: probability-pregnancy-code
# question: probability.pregnancy
def pregnant_if_positive():
    return '1/11'
