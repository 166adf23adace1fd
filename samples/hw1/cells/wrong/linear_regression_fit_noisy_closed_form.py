# Ridge, and a little noise on θ: nothing is simulated.
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
import numpy as np


def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    theta = np.linalg.solve(X.T @ X + len(x) * sigma**2 * np.eye(order + 1), X.T @ y)
    return theta + 0.3 * sigma * rng.standard_normal(order + 1) / copies
