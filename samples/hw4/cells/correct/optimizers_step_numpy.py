"""NumPy numbers."""
# cell: optimizers-step_schedule-code
# question: optimizers.step_schedule


def step_schedule(step, initial, every, factor):
    return np.float64(initial) * np.power(float(factor), np.floor(step / every))
