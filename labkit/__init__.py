"""labkit: the student's side of the course.

    from labkit import check, load_data

    check("knn.compute_distances")     # run a question's checks on your code, now
    data = load_data()                 # CIFAR-10 when it is there, else the embedded pictures
"""

from labkit.checks.live import check, ready

__all__ = ["check", "ready"]
