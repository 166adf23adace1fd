"""Public checks of the functions in knn.ipynb: worked numbers and properties."""

import numpy as np

from labkit.checks import check, expect


@check("knn.temporary_gigabytes", hint="How many numbers does the array hold? How many bytes does one take?")
def one_gigabyte(student, rng):
    """125 million numbers of eight bytes are one gigabyte"""
    call = student.notebook.temporary_gigabytes
    expect.number("temporary_gigabytes(1, 1, 125_000_000)", call(1, 1, 125_000_000), 1.0, rtol=1e-3)
    expect.number("temporary_gigabytes(50, 100, 25_000)", call(50, 100, 25_000), 1.0, rtol=1e-3)


@check(
    "knn.error_rate",
    weight=2,
    hint="A share lies between 0 and 1. Does yours count the right ones or the wrong?",
)
def share_of_mistakes(student, rng):
    """One mistake among four is an error of 0.25"""
    call = student.notebook.error_rate
    one = call(np.array([3, 1, 2, 0]), np.array([3, 1, 2, 9]))
    expect.number("one mistake among four", one, 0.25)
    expect.number("no mistake", call(np.array([1, 2]), np.array([1, 2])), 0.0)
    expect.number("nothing but mistakes", call(np.array([1, 2, 0]), np.array([2, 1, 1])), 1.0)


# Six points on a line, two in each fold, and the distance along the line.
LINE, LABELS = np.array([[0.0], [10.0], [1.0], [11.0], [2.0], [14.0]]), np.array([0, 1, 0, 1, 0, 0])
FOLDS = [np.array([0, 1]), np.array([2, 3]), np.array([4, 5])]
ALONG = "lambda model, X: np.abs(X - model.X_train.T)"


def errors_of_fold(student, *arguments):
    """What the student's function returns, as an array if it is a list or a tuple."""
    errors = student.notebook.errors_of_fold(*arguments)
    return np.array(errors) if isinstance(errors, list | tuple) else errors


@check(
    "knn.errors_of_fold",
    weight=3,
    after=("knn.predict_labels", "knn.error_rate"),
    hint="Who trains, and who is asked? Draw the points.",
)
def folds_by_hand(student, rng):
    """Six points on a line, three folds, k = 1 and k = 3"""
    expected = {0: [0.0, 0.5], 1: [0.0, 0.5], 2: [0.5, 0.5]}
    for fold, errors in expected.items():
        got = errors_of_fold(student, LINE, LABELS, FOLDS, fold, [1, 3], student.function(ALONG))
        hint = None
        if isinstance(got, np.ndarray) and got.shape == (2,) and np.allclose(got, 1 - np.array(errors)):
            hint = "These are the shares that are right; the error counts the wrong ones."
        expect.close(f"errors with fold {fold} held out", got, errors, hint=hint)


@check(
    "knn.errors_of_fold",
    side=True,
    weight=2,
    after=("knn.predict_labels", "knn.error_rate"),
    hint="May the held-out points be among their own teachers?",
)
def held_out_points_do_not_vote(student, rng):
    """The held-out fold is not part of the training set"""
    X, y = np.arange(8.0)[:, np.newaxis] * 3, np.arange(8)  # every point has a label of its own
    folds = np.split(rng.permutation(8), 4)
    got = errors_of_fold(student, X, y, folds, 2, [1], student.function(ALONG))
    hint = "Every label occurs once, so a right answer is possible only for a point that was trained on."
    expect.close("errors where nobody can be right", got, [1.0], hint=hint)


@check("knn.errors_of_fold", side=True, hint="One error for every k, in an array.")
def one_error_for_every_k(student, rng):
    """As many errors as there are values of k"""
    got = errors_of_fold(student, LINE, LABELS, FOLDS, 1, [1, 2, 3, 4], student.function(ALONG))
    expect.array("errors", got, (4,), "float")


@check(
    "knn.tinted_copy",
    weight=2,
    hint="How far from the picture is the plain colour? Which share of that way do you go?",
)
def right_distance(student, rng):
    """The copy has exactly the distance that was asked for"""
    image, colour = rng.uniform(0, 255, (8, 8, 3)), np.array([230.0, 120.0, 20.0])
    for distance in (0.0, 50.0, 400.0):
        copy = student.notebook.tinted_copy(image, colour, distance)
        copy = expect.array("the copy", copy, (8, 8, 3), "float")
        expect.number(
            f"its distance, with {distance:g} asked for",
            np.linalg.norm(copy - image),
            distance,
            rtol=1e-4,
            atol=1e-4,
        )


@check(
    "knn.tinted_copy", weight=2, hint="copy = image + t (colour - image), with one t for the whole picture."
)
def same_share_everywhere(student, rng):
    """Every pixel goes the same share of the way to the colour"""
    image, colour = rng.uniform(0, 200, (6, 9, 3)), np.array([250.0, 220.0, 240.0])
    copy = expect.array("the copy", student.notebook.tinted_copy(image, colour, 300.0), (6, 9, 3), "float")
    shares = (copy - image) / (colour - image)
    expect.true(
        np.ptp(shares) < 1e-4 and shares.min() > 0,
        f"Some values go {shares.min():.0%} of the way to the colour, others {shares.max():.0%}.",
        what="the copy",
    )


@check(
    "knn.tinted_copy", hint="What is 20 - 230 in uint8? And is the picture that was passed still the same?"
)
def tint_uint8(student, rng):
    """Pictures in uint8 do not wrap around, and stay as they are"""
    image = rng.integers(0, 256, (5, 5, 3), dtype=np.uint8)
    colour = np.array([20, 40, 200], np.uint8)
    copy = expect.unchanged(
        student, lambda image: student.notebook.tinted_copy(image, colour, 200.0), image=image
    )
    copy = expect.array("the copy", copy, (5, 5, 3), "float")
    expect.number("its distance", np.linalg.norm(copy - image.astype(float)), 200.0, rtol=1e-4)
    low, high = np.minimum(image, colour) - 1e-6, np.maximum(image, colour) + 1e-6
    expect.true(
        bool(((copy >= low) & (copy <= high)).all()),
        "Some values are not between picture and colour.",
        what="the copy",
    )
