# cell: architectures-output_shapes-code
# question: architectures.output_shapes
import numpy as np


class Misfit(ValueError):
    pass


def output_shapes(layers):
    def places(side, field, stride, pad=0):
        n = (side + 2 * pad - field) / stride + 1
        if n < 1 or n % 1:
            raise Misfit(f"{field} on {side}")
        return np.int64(n)

    after = {
        "input": lambda shape, *sizes: sizes,
        "conv": lambda shape, F, *w: (F, *(places(s, *w) for s in shape[1:])),
        "pool": lambda shape, *w: (shape[0], *(places(s, *w) for s in shape[1:])),
        "fc": lambda shape, units: (units,),
    }
    shapes = [()]
    for kind, *numbers in layers:
        shapes.append(after[kind](shapes[-1], *numbers))
    return shapes[1:]
