"""Layer by layer."""
# cell: fc-start-code
# question: fc.start
def loss_at_start(sizes, weight_scale, reg):
    loss = np.log(sizes[-1])
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        loss += reg / 2 * inputs * outputs * weight_scale**2
    return loss
