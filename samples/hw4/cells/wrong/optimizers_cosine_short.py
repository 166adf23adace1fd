"""Zero a step too early."""
# cell: optimizers-cosine_schedule-code
# must fail: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return initial * (1 + np.cos(np.pi * min(step / (num_steps - 1), 1))) / 2
