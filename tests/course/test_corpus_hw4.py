"""hw4: correct work in any style loses nothing, and every mistake is caught where it is."""

import pytest
from corpus import corpus_of, parameters, samples

CORRECT, WRONG = (parameters("hw4", correct=correct) for correct in (True, False))


@pytest.fixture(scope="module")
def corpus(class_of):
    with corpus_of(class_of("hw4")) as made:
        yield made


@pytest.mark.parametrize("path", CORRECT)
def test_correct_work_in_any_style_loses_nothing(corpus, path, tmp_path):
    assert corpus.lost(path, tmp_path) == {}


@pytest.mark.parametrize("path", WRONG)
def test_mistake_is_caught_where_it_is_and_named(corpus, path, tmp_path):
    corpus.assert_caught(path, tmp_path)


@pytest.mark.parametrize("question, most", [("fc_net.batchnorm", 0.15), ("fc_net.dropout", 0.05)])
def test_layers_that_return_zeros_are_no_measure_of_a_net(corpus, question, most, tmp_path):
    path = next(one for one in samples("hw4", "modules", correct=False) if one.stem == "fc_net_ignores_input")
    assert corpus.share(path, tmp_path, question) <= most


def test_adam_that_keeps_nothing_is_asked_what_the_next_step_has_to_know(corpus, tmp_path):
    path = next(
        one for one in samples("hw4", "modules", correct=False) if one.stem == "optim_adam_new_config"
    )
    assert any(
        "in config when the function returns" in hint for hint in corpus.hints(path, tmp_path, "optim.adam")
    )
