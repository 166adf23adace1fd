"""Other settings that work."""
# cell: fc-overfit-code
# question: fc.overfit
def overfit_settings():
    return dict(weight_scale=np.float64(0.1), learning_rate=0.05)
