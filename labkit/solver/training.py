"""`Solver`: trains any model by minibatches, with any update rule, and keeps the best parameters."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from labkit.solver import arguments, checkpoint, running

Config = dict[str, Any]
Rule = Callable[[np.ndarray, np.ndarray, Config], tuple[np.ndarray, Config]]


def sgd(w: np.ndarray, dw: np.ndarray, config: Config) -> tuple[np.ndarray, Config]:
    """Plain gradient descent: w - learning_rate * dw. It is the simplest example of an update rule.

    Args:
        w: a parameter, of any shape; dw: its gradient, of the same shape.
        config: settings and memory of the rule, one dictionary for each parameter: learning_rate (0.01).

    Returns:
        The next value of w, and the config for the next call.
    """
    rate = config.setdefault("learning_rate", 1e-2)
    return w - rate * dw, config


class Solver:
    """Trains a model, measures its accuracy after every epoch, and leaves the best parameters in it.

        solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, num_epochs=5)
        solver.train()

    An epoch takes every training example exactly once, in a new random order; its last minibatch may be shorter.
    "Best" means the highest validation accuracy of all epochs, the state before training included. If the model has
    batch normalization, its running statistics belong to the best parameters and are brought back with them.

    Args:
        model: an object with
            params: a dictionary, name -> array of floats. The solver replaces its entries.
            loss(X, y): returns the loss, a number, and a dictionary of gradients with the same names.
            loss(X): returns the scores (N, C), in test mode.
            bn_params (if any): a list of dictionaries that hold running_mean and running_var.
            dropout_param (if any): a dictionary that may hold "rng", the generator of the masks.
        data: what `load_data` returns, or any object or dictionary with X_train (N, ...), y_train (N,), X_val, y_val.
        update_rule: a function `rule(w, dw, config) -> next_w, config`, or its name: "sgd", or one in nndl/optim.py.
        optim_config: settings of the update rule, such as {"learning_rate": 1e-3}. Each parameter gets a copy.
        lr_decay: the learning rate is multiplied by it after every epoch.
        num_epochs: how many epochs.
        batch_size: examples in a minibatch.
        rng: the `numpy.random.Generator` that orders the examples. The same state gives the same run.
        num_train_samples, num_val_samples: accuracy is measured on so many examples, evenly spread; None means all.
        print_every: print the loss every so many iterations; 0 means never.
        verbose: show a progress bar, and say so when training stops early.
        checkpoint: a file name ending in .npz. The state is saved in it after every epoch; see `resume`.
        checkpoint_every: save it also every so many iterations; 0 means never.

    Attributes:
        loss_history: the loss of every minibatch, just before the step taken on it.
        train_acc_history, val_acc_history: accuracies from 0 to 1; first before training, then after every epoch.
        best_val_acc, best_params: the highest validation accuracy, and copies of the parameters that reached it.
        stopped: None, or a sentence that says why training ended early.
    """

    def __init__(
        self,
        model: Any,
        data: Any,
        *,
        update_rule: str | Rule = "sgd",
        optim_config: Config | None = None,
        lr_decay: float = 1.0,
        num_epochs: int = 10,
        batch_size: int = 100,
        rng: np.random.Generator | None = None,
        num_train_samples: int | None = 1000,
        num_val_samples: int | None = None,
        print_every: int = 0,
        verbose: bool = True,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: int = 0,
    ) -> None:
        self.model = arguments.model(model)
        self.X_train, self.y_train, self.X_val, self.y_val = arguments.splits(data)
        self.update_rule: Rule = arguments.rule(update_rule, {"sgd": sgd})
        self.optim_configs = {name: arguments.config(optim_config) for name in model.params}
        self.lr_decay = arguments.positive("lr_decay", lr_decay)
        self.num_epochs = arguments.whole("num_epochs", num_epochs)
        self.batch_size = arguments.whole("batch_size", batch_size)
        self.rng = arguments.generator(rng)
        self.num_train_samples = arguments.whole("num_train_samples", num_train_samples, none=True)
        self.num_val_samples = arguments.whole("num_val_samples", num_val_samples, none=True)
        self.print_every = arguments.whole("print_every", print_every, least=0)
        self.verbose = verbose
        self.checkpoint: Path | None = arguments.checkpoint(checkpoint)
        self.checkpoint_every = arguments.whole("checkpoint_every", checkpoint_every, least=0)

        self.loss_history: list[float] = []
        self.train_acc_history: list[float] = []
        self.val_acc_history: list[float] = []
        self.best_val_acc = -1.0
        self.best_params: dict[str, np.ndarray] = {}
        self.stopped: str | None = None
        self._best_statistics: list[dict[str, np.ndarray]] = []
        self._order = np.arange(0)  # of the training examples in this epoch; empty before the first
        self._position = 0  # how many of them have been used
        self._done = False

    def train(self) -> None:
        """Train for `num_epochs` epochs, then put the best parameters into the model.

        Training ends early, without an error, when the loss, a gradient or a parameter is no longer finite:
        `stopped` says which, and the best parameters until then are in the model. The stop button (an interrupt)
        puts them there as well.
        """
        if self._done:
            raise RuntimeError("This solver has trained already. Make a new one to train again.")
        arguments.labels_within_scores(self.model, self.X_train, self.y_train, self.X_val, self.y_val)
        try:
            self._run()
        except KeyboardInterrupt:
            self.stopped = f"Training was interrupted {self._place()}."
            print(self.stopped, self._what_is_kept())
            raise
        finally:
            self._done = True
            self._restore_best()
        if self.stopped and self.verbose:
            print(self.stopped, self._what_is_kept())

    def resume(self, path: str | os.PathLike[str]) -> Solver:
        """Take over the state in a checkpoint, so that `train()` goes on as if it had never been interrupted.

        Make model and solver with the same arguments as before; only `num_epochs` may be larger.

        Returns:
            This solver, so that `Solver(...).resume("run.npz").train()` can be written.
        """
        checkpoint.restore(self, path)
        self._done = False
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the state of the training to an .npz file; a file that is there is replaced only by a complete one."""
        checkpoint.save(self, path)

    @property
    def epoch(self) -> int:
        """How many epochs are complete."""
        return max(len(self.val_acc_history) - 1, 0)

    def accuracy(self, X: np.ndarray, y: np.ndarray, num_samples: int | None = None) -> float:
        """The share of examples whose highest score is that of their label, with the model in test mode.

        Args:
            X: examples, (N, ...); y: labels, (N,).
            num_samples: measure on so many of them, evenly spread; None means all.
        """
        count = len(X) if num_samples is None else min(num_samples, len(X))
        chosen = np.arange(count) * len(X) // count
        correct = 0
        size = max(self.batch_size, 100)
        for batch in np.split(chosen, range(size, count, size)):
            scores = arguments.scores(self.model.loss(X[batch]), len(batch))  # (batch, C)
            numbers = ~np.isnan(scores).any(axis=1)  # argmax takes NaN for the highest score
            correct += int(np.sum((scores.argmax(axis=1) == y[batch]) & numbers))
        return correct / count

    def _run(self) -> None:
        per_epoch = -(-len(self.X_train) // self.batch_size)
        with tqdm(
            total=self.num_epochs * per_epoch, initial=len(self.loss_history), disable=not self.verbose
        ) as bar:
            if not self.val_acc_history:
                self._measure()
            while self.epoch < self.num_epochs and self.stopped is None:
                self._step()
                if self.stopped is None and self._position >= len(self.X_train):
                    self._end_epoch()
                bar.update()
                bar.set_postfix_str(self._summary(), refresh=False)
                self._report()

    def _step(self) -> None:
        """Take the next minibatch, and move every parameter a step along its gradient."""
        if self._position >= len(self._order):
            self._order, self._position = self.rng.permutation(len(self.X_train)), 0
        batch = self._order[self._position : self._position + self.batch_size]
        self._position += len(batch)

        params = self.model.params
        loss, gradients = arguments.loss_and_gradients(
            self.model.loss(self.X_train[batch], self.y_train[batch]), params
        )
        self.loss_history.append(loss)
        if not np.isfinite(loss):
            return self._stop(f"the loss became {loss}")
        for name, gradient in gradients.items():
            if not _finite(gradient):
                return self._stop(f'the gradient of "{name}" has entries that are NaN or infinite')

        for name, w in params.items():
            next_w, config = arguments.updated(
                self.update_rule(w, gradients[name], self.optim_configs[name]), name, w
            )
            params[name] = next_w.astype(w.dtype, copy=False)  # float32 stays float32
            self.optim_configs[name] = config
            if not _finite(params[name]):
                return self._stop(f'the update of "{name}" gave entries that are NaN or infinite')
        return None

    def _end_epoch(self) -> None:
        for config in self.optim_configs.values():
            if self.lr_decay != 1:
                config["learning_rate"] = arguments.learning_rate(config) * self.lr_decay
        self._measure()
        if self.checkpoint:
            self.save(self.checkpoint)

    def _measure(self) -> None:
        """Append to the accuracies; if the validation accuracy is the best so far, copy the parameters."""
        train = self.accuracy(self.X_train, self.y_train, self.num_train_samples)
        val = self.accuracy(self.X_val, self.y_val, self.num_val_samples)
        self.train_acc_history.append(train)
        self.val_acc_history.append(val)
        if val > self.best_val_acc:
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
            self._best_statistics = running.copies(self.model)
            self.best_val_acc = val

    def _restore_best(self) -> None:
        if self.best_params:
            self.model.params.update({name: w.copy() for name, w in self.best_params.items()})
            running.restore(self.model, self._best_statistics)

    def _stop(self, what: str) -> None:
        rate = next(iter(self.optim_configs.values())).get("learning_rate")
        now = f" (it was {rate:.3g})" if rate is not None else ""
        advice = f"Try a smaller learning rate{now}, or a smaller initialization"
        if len(self.loss_history) == 1:
            advice = "Look at the data, the initialization and the loss: no step was taken yet"
        self.stopped = f"Training stopped {self._place()}: {what}. {advice}."

    def _place(self) -> str:
        return f"in iteration {len(self.loss_history)} (epoch {self.epoch + 1} of {self.num_epochs})"

    def _what_is_kept(self) -> str:
        if not self.best_params:
            return "The model's parameters are as they were."
        when = self.val_acc_history.index(self.best_val_acc)
        since = f"of epoch {when}" if when else "from before training"
        return f"The model holds the best parameters, those {since} (validation accuracy {self.best_val_acc:.3f})."

    def _summary(self) -> str:
        train, val = self.train_acc_history[-1], self.val_acc_history[-1]
        return f"loss {self.loss_history[-1]:.3f}, train {train:.3f}, val {val:.3f}"

    def _report(self) -> None:
        iteration = len(self.loss_history)
        if self.print_every and iteration % self.print_every == 0:
            tqdm.write(f"iteration {iteration}, epoch {self.epoch}: {self._summary()}")
        due = self.checkpoint_every and iteration % self.checkpoint_every == 0
        if self.checkpoint and due and self.stopped is None:
            self.save(self.checkpoint)


def _finite(array: np.ndarray) -> bool:
    """Whether no entry is NaN or infinite. The sum is the quick test; it may overflow where no entry does."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())
