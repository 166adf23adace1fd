# cell: initialization-gain-code
# question: initialization.gain
def gain(f):
    """Many strips, each with the probability of its middle from the error function; f is called with one number."""
    from functools import lru_cache
    from math import erf, sqrt

    @lru_cache(maxsize=None)
    def below(z):
        return (1 + erf(z / sqrt(2))) / 2

    edges = np.linspace(-8, 8, 4001).tolist()
    strips = zip(edges[:-1], edges[1:], strict=True)
    return float(1 / sum(f(np.float64((a + b) / 2)) ** 2 * (below(b) - below(a)) for a, b in strips))
