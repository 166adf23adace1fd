# cell: architectures-inception-code
# question: architectures.inception
def inception():
    return 672, 28 * 28 * 256 * (128 + 9 * 192 + 25 * 96), 28 * 28 * (256 * 320 + 64 * (9 * 192 + 25 * 96)), 28 * 28 * 64 * (256 + 9 * 192), 28 * 28 * 192 * (9 * 256 + 64)
