"""Rises again after num_steps."""
# cell: optimizers-cosine_schedule-code
# must fail: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return initial * (1 + np.cos(np.pi * step / num_steps)) / 2
