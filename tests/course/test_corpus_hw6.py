"""hw6: correct work in any style loses nothing, and every mistake is caught where it is."""

import pytest
from corpus import ROOT, corpus_of, parameters

CORRECT, WRONG = (parameters("hw6", correct=correct) for correct in (True, False))


@pytest.fixture(scope="module")
def corpus(class_of):
    with corpus_of(class_of("hw6")) as made:
        yield made


@pytest.mark.parametrize("path", CORRECT)
def test_correct_work_in_any_style_loses_nothing(corpus, path, tmp_path):
    assert corpus.lost(path, tmp_path) == {}


@pytest.mark.parametrize("path", WRONG)
def test_mistake_is_caught_where_it_is_and_named(corpus, path, tmp_path):
    corpus.assert_caught(path, tmp_path)


@pytest.mark.parametrize(
    "name, others",
    [
        ("word_window_lookup_interleaved", ("word_window.lookup_backward", "word_window.loss")),
        ("word_window_dL_plus_equals", ("word_window.loss",)),
        ("word_window_soft_sum", ("word_window.loss",)),
        ("rnn_step_no_bias", ("rnn.forward", "rnn.backward", "rnn.loss", "rnn.sample")),
        ("rnn_step_back_no_slope", ("rnn.backward", "rnn.loss")),
        ("rnn_time_only_own_output", ("rnn.loss",)),
        ("rnn_temperature_ignored", ("rnn.sample",)),
    ],
)
def test_mistake_is_not_paid_for_twice(corpus, tmp_path, name, others):
    path = ROOT / f"samples/hw6/modules/wrong/{name}.py"
    for other in others:
        assert corpus.share(path, tmp_path / other, other) == 1, other


@pytest.mark.parametrize("question", ["score_backward", "lookup_backward", "loss"])
def test_layers_that_do_nothing_are_worth_little(corpus, tmp_path, question):
    path = ROOT / "samples/hw6/modules/wrong/word_window_nothing_but_zeros.py"
    assert corpus.share(path, tmp_path, f"word_window.{question}") <= 0.3


@pytest.mark.parametrize("question", ["step_backward", "backward", "loss", "sample"])
def test_steps_that_do_nothing_are_worth_little(corpus, tmp_path, question):
    path = ROOT / "samples/hw6/modules/wrong/rnn_nothing_but_zeros.py"
    assert corpus.share(path, tmp_path, f"rnn.{question}") <= 0.3
