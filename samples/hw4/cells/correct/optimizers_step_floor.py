# cell: optimizers-step_schedule-code
# question: optimizers.step_schedule
def step_schedule(step, initial, every, factor):
    drops = int(np.floor(step / every))
    return initial * np.power(float(factor), drops)
