# A loop over the steps.
# cell: batchnorm-after_steps-code
# question: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    r = start
    for _ in range(steps):
        r = momentum * r + (1 - momentum) * batch
    return r
