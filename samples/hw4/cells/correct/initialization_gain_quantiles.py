# cell: initialization-gain-code
# question: initialization.gain
from statistics import NormalDist


def gain(f):
    shares = (np.arange(100_000) + 0.5) / 100_000
    z = np.array([NormalDist().inv_cdf(share) for share in shares])
    return len(z) / np.sum(np.square(f(z)))
