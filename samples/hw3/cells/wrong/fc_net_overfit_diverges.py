"""A rate that diverges."""
# cell: fc-overfit-code
# must fail: fc.overfit
def overfit_settings():
    return {"weight_scale": 0.12, "learning_rate": 3.0}
