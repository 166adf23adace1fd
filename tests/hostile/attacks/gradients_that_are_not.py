"""NaN and infinite gradients, whose error map must not spoil the stored result."""

# start: scaffold
# file: nndl/softmax.py
# at: end

Softmax.loss = lambda self, X, y, reg=0.0: float(np.sum(self.W))
Softmax.loss_and_grad = lambda self, X, y, reg=0.0: (
    float(np.sum(self.W)), np.full(self.W.shape, np.nan), np.full(self.b.shape, np.inf))
Softmax.fast_loss_and_grad = lambda self, X, y, reg=0.0: (
    np.float64("nan"), np.full(self.W.shape, -np.inf), np.full(self.b.shape, 1e308) * np.array(1e308))
Softmax.train = lambda self, *args, **kwargs: [float("nan")] * args[3]
Softmax.predict = lambda self, X: np.full(len(X), 2**62)
