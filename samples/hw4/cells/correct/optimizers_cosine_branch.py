# cell: optimizers-cosine_schedule-code
# question: optimizers.cosine_schedule
import math


def cosine_schedule(step, initial, num_steps):
    if step >= num_steps:
        return 0.0
    return 0.5 * initial * (1 + math.cos(math.pi * step / num_steps))
