"""What carried code will not find in its new place, or find different, is said."""

import pytest
from texts import HEAD, SCAFFOLD, function, region, states, stub

from labkit.carry import move_regions


@pytest.mark.parametrize(
    "above, stands",
    [
        ("    x = x.reshape(len(x), -1)\n", True),
        ("    from math import sqrt\n", True),
        ("    x = x + 0\n    N = len(x)\n", False),
        ("    N = len(x)\n", False),
        ("", False),
    ],
)
def test_code_right_above_a_region_is_pointed_out(above, stands):
    """It stays in the old module: what stands there is given, as a rule."""
    new = HEAD + function("forward", "    N = len(x)\n" + stub("layers.forward"))
    old = HEAD + function("forward", above + region("layers.forward", "return x"))
    moved = move_regions(old, new)
    assert states(moved) == {"layers.forward": "carried"}
    assert any("more code above" in remark for remark in moved.lines[0].remarks) == stands


def test_block_around_a_region_is_pointed_out():
    old = function("forward", "    with np.errstate(all='ignore'):\n" + region("layers.forward", "y = x", 2))
    assert "more code above" in move_regions(HEAD + old, SCAFFOLD).lines[0].remarks[0]


def test_names_that_a_region_makes_the_modules_go_along():
    body = "global calls\ncalls += 1\nreturn x"
    old = HEAD + "calls = 0\n\n\n" + function("forward", region("layers.forward", body))
    moved = move_regions(old, SCAFFOLD)
    assert moved.lines[0].also == ("calls",) and "\ncalls = 0\n" in moved.text


@pytest.mark.parametrize(
    "mine, theirs",
    [
        ("EPS = 1\n", "EPS = 2\n"),
        ("from math import exp as EPS\n", "from numpy import exp as EPS\n"),
        ("class EPS:\n    a = 1\n", "class EPS:\n    a = 2\n"),
    ],
)
def test_name_that_stands_for_something_else_is_pointed_out(mine, theirs):
    old = HEAD + mine + function("forward", region("layers.forward", "return x + EPS"))
    new = HEAD + theirs + function("forward", stub("layers.forward"))
    assert "`EPS`" in move_regions(old, new).lines[0].remarks[0]
    assert move_regions(old, new.replace(theirs, mine)).lines[0].remarks == ()
