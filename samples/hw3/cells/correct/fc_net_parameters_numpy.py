"""A dot product of the sizes."""
# cell: fc-parameters-code
# question: fc.parameters
def number_of_parameters(sizes):
    n = np.array(sizes)
    return np.dot(n[1:], n[:-1] + 1)
