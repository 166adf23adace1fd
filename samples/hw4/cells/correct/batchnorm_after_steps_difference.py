# cell: batchnorm-after_steps-code
# question: batchnorm.after_steps
def after_steps(start, batch, momentum, steps):
    return batch + (start - batch) * momentum**steps
