"""A quarter of a period."""
# cell: optimizers-cosine_schedule-code
# must fail: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return initial * np.cos(np.pi / 2 * min(step / num_steps, 1))
