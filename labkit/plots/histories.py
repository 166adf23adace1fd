"""What a `Solver` has written down: the loss of every iteration, and the accuracies after every epoch."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.curves import LINES, running_mean
from labkit.plots.style import MARKERS, PALETTE, panels, styled


@styled
def solvers(runs: Mapping[str, Any], window: int = 50, chance: float | None = None) -> Figure:
    """One panel for the losses of all runs, and one for each run's accuracies.

    Args:
        runs: label of a run -> its `Solver`, or anything with loss_history, train_acc_history and val_acc_history.
        window: number of iterations in the running mean of the loss.
        chance: accuracy of guessing, marked by a dotted line.
    """
    given.several("runs", runs)
    figure, axes = panels(1, 1 + len(runs), size=(3.6, 3.0))
    losses, others = axes[0, 0], axes[0, 1:]
    for place, (label, run) in enumerate(runs.items()):
        color, line = PALETTE[place % len(PALETTE)], LINES[place % len(LINES)]
        means = running_mean(run.loss_history, window)
        losses.plot(means, color=color, linestyle=line, label=label)
    losses.set(xlabel="iteration", ylabel="loss", title=f"Loss, mean of the last {window}")
    losses.legend()
    highest = max(max(run.train_acc_history + run.val_acc_history) for run in runs.values())
    for frame, (label, run) in zip(others, runs.items(), strict=True):
        for place, (name, values) in enumerate(
            (("training", run.train_acc_history), ("validation", run.val_acc_history))
        ):
            frame.plot(
                np.arange(len(values)),
                values,
                color=PALETTE[place],
                marker=MARKERS[place],
                linestyle=LINES[place],
                label=name,
            )
        if chance is not None:
            frame.axhline(chance, color=PALETTE[6], linestyle=":", linewidth=1.2, label="guessing")
        frame.set(xlabel="epoch", ylabel="accuracy", title=label, ylim=(0, 1.08 * max(highest, 0.1)))
        frame.legend(loc="lower right", bbox_to_anchor=(1.0, 0.1))
    return figure
