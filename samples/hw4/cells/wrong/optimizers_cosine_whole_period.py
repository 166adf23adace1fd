"""A whole period."""
# cell: optimizers-cosine_schedule-code
# must fail: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return initial * (1 + np.cos(2 * np.pi * min(step / num_steps, 1))) / 2
