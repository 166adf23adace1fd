"""A list; loops over rows."""
# cell: calculus-bilinear-code
# question: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    dA = np.zeros(A.shape)
    for i in range(len(x)):
        dA[i] = x[i] * y
    return [np.array([row @ y for row in A]), dA, sum(x[i] * A[i] for i in range(len(x)))]
