"""Flip by flip."""
# cell: probability-nine_heads-code
# question: probability.nine_heads
def nine_heads():
    p = np.array([0.5, 0.55, 0.6])
    belief = np.ones(3)
    for flip in 'HHHHTHHHHH':
        belief = belief * (p if flip == 'H' else 1 - p)
    return list(belief / belief.sum())
