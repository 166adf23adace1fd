"""hw5: correct work in any style loses nothing, and every mistake is caught where it is."""

import pytest
from corpus import ROOT, corpus_of, parameters

CORRECT, WRONG = (parameters("hw5", correct=correct) for correct in (True, False))
CARRIED = sorted((ROOT / "samples" / "hw5" / "modules" / "carried").glob("*.py"))


@pytest.fixture(scope="module")
def corpus(class_of):
    with corpus_of(class_of("hw5")) as made:
        yield made


@pytest.mark.parametrize("path", CORRECT)
def test_correct_work_in_any_style_loses_nothing(corpus, path, tmp_path):
    assert corpus.lost(path, tmp_path) == {}


@pytest.mark.parametrize("path", WRONG)
def test_mistake_is_caught_where_it_is_and_named(corpus, path, tmp_path):
    corpus.assert_caught(path, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", CARRIED, ids=lambda path: path.stem)
def test_mistake_of_an_earlier_homework_loses_nothing_here(corpus, path, tmp_path):
    assert corpus.lost(path, tmp_path) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cnn_loss_sees_nothing", "cnn_loss_dead_layers"])
def test_net_that_does_not_see_the_pictures_gets_nothing(corpus, name, tmp_path):
    path = ROOT / "samples" / "hw5" / "modules" / "wrong" / f"{name}.py"
    assert corpus.share(path, tmp_path, "cnn.loss") == 0
