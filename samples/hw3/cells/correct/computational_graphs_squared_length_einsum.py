"""einsum throughout."""


# cell: graphs-squared_length-code
# question: graphs.squared_length
def squared_length(W, x):
    q = np.einsum("kd,d->k", W, x)
    return np.einsum("k,k->", q, q), 2 * np.einsum("k,d->kd", q, x), 2 * np.einsum("kd,k->d", W, q)
