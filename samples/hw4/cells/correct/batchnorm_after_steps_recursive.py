# cell: batchnorm-after_steps-code
# question: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    if steps == 0:
        return start
    return momentum * after_steps(start, batch, momentum, steps - 1) + (1 - momentum) * batch
