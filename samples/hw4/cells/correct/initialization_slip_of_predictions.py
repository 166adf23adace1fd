# cell: initialization-slip-code
# question: initialization.slip
def slip(depth, width):
    return predicted_std(depth, width, 2 / width) / predicted_std(depth, width, (2 / width) ** 0.5)
