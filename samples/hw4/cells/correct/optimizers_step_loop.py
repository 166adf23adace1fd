"""Counts the changes."""
# cell: optimizers-step_schedule-code
# question: optimizers.step_schedule


def step_schedule(step, initial, every, factor):
    rate = initial
    while step >= every:
        rate, step = rate * factor, step - every
    return rate
