# cell: batchnorm-after_steps-code
# question: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    shares = [(1 - momentum) * momentum**k for k in range(steps)]
    return np.power(float(momentum), steps) * start + sum(shares) * batch
