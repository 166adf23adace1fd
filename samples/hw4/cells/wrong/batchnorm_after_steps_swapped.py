# The shares are exchanged.
# cell: batchnorm-after_steps-code
# must fail: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    return (1 - momentum) ** steps * start + (1 - (1 - momentum) ** steps) * batch
