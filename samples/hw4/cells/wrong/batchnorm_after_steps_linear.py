# Linear in the number of steps.
# cell: batchnorm-after_steps-code
# must fail: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    return start + steps * (1 - momentum) * (batch - start)
