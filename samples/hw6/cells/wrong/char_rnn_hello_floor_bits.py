# In bits.
# cell: recurrence-hello_floor-code
# must fail: recurrence.hello_floor
def hello_floor():
    return 0.5
