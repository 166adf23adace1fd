"""One step too late."""
# cell: optimizers-step_schedule-code
# must fail: optimizers.step_schedule


def step_schedule(step, initial, every, factor):
    return initial * factor ** (max(step - 1, 0) // every)
