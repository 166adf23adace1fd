"""One z at a time, with cases."""
# cell: two_layer-slopes-code
# question: two_layer.slopes
import math


def slopes(z, y):
    squared, cross_entropy = np.zeros(len(z)), np.zeros(len(z))
    for i in range(len(z)):
        if z[i] >= 0:
            s = 1 / (1 + math.exp(-z[i]))
        else:
            s = math.exp(z[i]) / (1 + math.exp(z[i]))
        squared[i] = (s - y) * s * (1 - s)
        cross_entropy[i] = s - y
    return squared, cross_entropy
