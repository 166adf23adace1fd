"""einsum."""
# cell: two_layer-collapse-code
# question: two_layer.collapse
def collapse(W1, b1, W2, b2):
    return np.einsum("ch,hd->cd", W2, W1), np.einsum("ch,h->c", W2, b1) + b2
