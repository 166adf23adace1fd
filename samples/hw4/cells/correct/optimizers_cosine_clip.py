"""An array of shape ()."""
# cell: optimizers-cosine_schedule-code
# question: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return 0.5 * initial * (1 + np.cos(np.pi * np.clip(step / num_steps, 0, 1)))
