"""Times the number of changes."""
# cell: optimizers-step_schedule-code
# must fail: optimizers.step_schedule


def step_schedule(step, initial, every, factor):
    return initial * factor * (step // every) if step >= every else initial
