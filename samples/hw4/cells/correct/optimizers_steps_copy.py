# cell: optimizers-steps_to-code
# question: optimizers.steps_to
import copy


def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    settings, w, steps = copy.deepcopy(config), np.ones(curvatures.shape), 0
    while np.linalg.norm(w) / np.sqrt(w.size) > tolerance:
        if steps == limit:
            break
        w, settings = rule(w, np.multiply(curvatures, w), settings)
        steps += 1
    return steps
