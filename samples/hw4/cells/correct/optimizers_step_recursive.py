# cell: optimizers-step_schedule-code
# question: optimizers.step_schedule
def step_schedule(step, initial, every, factor):
    return initial if step < every else factor * step_schedule(step - every, initial, every, factor)
