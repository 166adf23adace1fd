"""Weights too small for five layers."""
# cell: fc-overfit-code
# must fail: fc.overfit
def overfit_settings():
    return {"weight_scale": 0.01, "learning_rate": 0.1}
