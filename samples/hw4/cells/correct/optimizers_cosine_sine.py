# cell: optimizers-cosine_schedule-code
# question: optimizers.cosine_schedule
def cosine_schedule(step, initial, num_steps):
    angle = np.pi / 2 * np.minimum(1, step / num_steps)
    return initial * (1 - np.sin(angle) ** 2)
