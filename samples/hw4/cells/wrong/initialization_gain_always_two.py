"""Two, whatever f is."""
# cell: initialization-gain-code
# must fail: initialization.gain


def gain(f):
    return 2.0
