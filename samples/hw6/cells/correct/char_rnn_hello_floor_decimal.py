# cell: recurrence-hello_floor-code
# question: recurrence.hello_floor
def hello_floor():
    return 0.3466
