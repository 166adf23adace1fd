"""One step too early."""
# cell: optimizers-step_schedule-code
# must fail: optimizers.step_schedule


def step_schedule(step, initial, every, factor):
    return initial * factor ** ((step + 1) // every)
