"""The square of half the angle."""
# cell: optimizers-cosine_schedule-code
# question: optimizers.cosine_schedule


def cosine_schedule(step, initial, num_steps):
    return 0.0 if step >= num_steps else initial * np.cos(np.pi * step / num_steps / 2) ** 2
