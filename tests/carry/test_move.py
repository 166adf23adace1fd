"""Regions go from module to module: as they are, with what they use, and never in the place of anything written."""

import ast
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import HEAD, SCAFFOLD, function, region, states, stub

from labkit.carry import move_regions
from labkit.carry.module import UnreadableModule


def test_what_is_written_goes_over_and_the_rest_stays_a_scaffold():
    old = SCAFFOLD.replace(
        '    # YOUR CODE HERE\n    raise NotImplementedError("layers.forward")\n',
        "    out = x @ w.T + b  # (N, M)\n\n    return out, (x, w)\n    # done\n",
    ) + function("extra", region("layers.extra", "return 1"))
    moved = move_regions(old, SCAFFOLD)
    assert states(moved) == {
        "layers.forward": "carried",
        "layers.backward": "not written yet",
        "layers.extra": "not in the new homework",
    }
    assert moved.text == SCAFFOLD.replace(
        '    # YOUR CODE HERE\n    raise NotImplementedError("layers.forward")\n',
        "    out = x @ w.T + b  # (N, M)\n\n    return out, (x, w)\n    # done\n",
    )


@pytest.mark.parametrize(
    "old, words",
    [
        (
            function("forward", "    return u @ w.T + b", "u, w, b"),
            "your `forward` calls an argument `u`, and the new module's has x, w, b",
        ),
        (
            function("forward", region("layers.forward", "return u @ w.T"), "u, w"),
            "your `forward` calls an argument `u`, and the new module's has x, w, b",
        ),
        (
            "@wide\n" + function("forward", "    return x @ w.T + b"),
            "your `forward` has the decorator `@wide`, and the new module's has not",
        ),
        (
            "async " + function("forward", region("layers.forward", "return await x")),
            "only one of your `forward` and the new module's is `async`",
        ),
    ],
)
def test_code_that_needs_another_head_is_left_to_be_copied_by_hand(old, words):
    """Moved without its head it would end in a NameError, or do something else."""
    moved = move_regions(HEAD + old, SCAFFOLD)
    assert moved.text == SCAFFOLD
    assert moved.lines[0].state == "not carried"
    assert moved.lines[0].remarks == (f"Copy it by hand: {words}.",)


def test_an_argument_of_another_name_that_is_not_used_does_no_harm():
    old = function("forward", region("layers.forward", "return x"), "x, weights, b")
    assert states(move_regions(HEAD + old, SCAFFOLD))["layers.forward"] == "carried"


def test_what_is_written_in_the_new_homework_is_kept_unless_forced():
    old = HEAD + function("forward", region("layers.forward", "return 1"))
    new = HEAD + function("forward", region("layers.forward", "return 2"))
    kept = move_regions(old, new)
    assert states(kept) == {"layers.forward": "already there"} and kept.text == new
    forced = move_regions(old, new, force=True)
    assert states(forced) == {"layers.forward": "replaced"} and forced.text == old
    assert states(move_regions(old, forced.text, force=True)) == {"layers.forward": "already there"}


def test_regions_are_found_wherever_the_file_was_edited_around_them():
    old = (
        "import numpy as np\nprint('hello')\n\n"
        + function("backward", region("layers.backward", "return dout"), "dout, cache")
        + "# --- layers.forward ---\nTEXT = '''\n# --- layers.forward ---\n'''\n"
        + function("forward", "    x = x + 0\n" + region("layers.forward", "return x"))
    )
    moved = move_regions(old, SCAFFOLD)
    assert moved.text == HEAD + function("forward", region("layers.forward", "return x")) + function(
        "backward", region("layers.backward", "return dout"), "dout, cache"
    )


@pytest.mark.parametrize("head", ["", "    N = x.shape[0]\n"])
def test_deleted_name_comment_is_made_up_for_by_the_function(head):
    old = HEAD + function("forward", f"{head}    return N, x\n")
    new = HEAD + function("forward", head + stub("layers.forward"))
    moved = move_regions(old, new)
    assert moved.text == HEAD + function("forward", head + region("layers.forward", "return N, x"))


def test_code_above_the_name_comment_is_found_too():
    old = HEAD + function("forward", "    return x\n    # --- layers.forward ---\n    # done\n")
    moved = move_regions(old, HEAD + function("forward", stub("layers.forward")))
    assert moved.text == HEAD + function("forward", region("layers.forward", "return x"))


def test_name_comment_deleted_in_the_new_homework_is_made_up_for_by_the_stub():
    old = HEAD + function("forward", region("layers.forward", "return x"))
    new = HEAD + function("forward", "    N = 1\n    raise NotImplementedError('layers.forward')\n")
    moved = move_regions(old, new)
    assert moved.text == HEAD + function("forward", "    N = 1\n    return x\n")
    assert states(move_regions(old, moved.text)) == {"layers.forward": "already there"}


def test_parts_of_one_function_whose_names_are_lost_are_not_guessed():
    both = stub("layers.forward.one") + stub("layers.forward.two")
    old = HEAD + function("forward", "    y = x\n    return y\n")
    moved = move_regions(old, HEAD + function("forward", both))
    assert set(states(moved).values()) == {"not carried"}
    assert "is missing in the old module" in moved.lines[0].remarks[0]


def test_regions_in_branches_keep_to_their_branch():
    def module(one, two):
        return HEAD + function(
            "forward", f"    if mode == 'train':\n{one}    else:\n{two}    return out\n", "x, mode"
        )

    old = module(region("layers.train", "out = 1\n# trained", 2), region("layers.test", "out = 2", 2))
    moved = move_regions(old, module(stub("layers.train", 2), stub("layers.test", 2)))
    assert moved.text == old and set(states(moved).values()) == {"carried"}


def test_lines_given_below_a_region_do_not_come_twice():
    old = HEAD + function("forward", region("layers.forward", "out = x") + "\n    # given\n    return out\n")
    new = HEAD + function("forward", stub("layers.forward") + "\n    # given\n    return out\n")
    moved = move_regions(old, new)
    assert moved.text == old and moved.lines[0].remarks == ()
    assert states(move_regions(new, new)) == {"layers.forward": "not written yet"}


def test_new_lines_below_a_region_are_kept_and_pointed_out():
    old = HEAD + function("loss", region("fc_net.loss", "loss = 1") + "    return loss\n")
    new = HEAD + function("loss", stub("fc_net.loss") + "    loss += 2\n    return loss\n")
    moved = move_regions(old, new)
    assert moved.text == HEAD + function(
        "loss", region("fc_net.loss", "loss = 1") + "    loss += 2\n    return loss\n"
    )
    assert "see whether they fit" in moved.lines[0].remarks[0]


def net(body, more="", base=""):
    return f"class Net{base}:\n    def __init__(self, dims):\n{body}\n{more}    def loss(self, X):\n        return 0\n"


def test_region_of_a_method_takes_the_depth_of_its_new_place():
    body = 'if dims:\n    text = """\n  deep\n"""\n    self.text = text'
    old = net(region("fc_net.init", body, 2).replace("          deep", "  deep"))
    new = textwrap.indent(net(stub("fc_net.init", 2)), "    ")
    moved = move_regions(old, "if True:\n" + new)
    assert states(moved) == {"fc_net.init": "carried"}
    value = {
        node.value
        for node in ast.walk(ast.parse(moved.text))
        if isinstance(node, ast.Constant) and "deep" in str(node.value)
    }
    assert value == {
        node.value
        for node in ast.walk(ast.parse(old))
        if isinstance(node, ast.Constant) and "deep" in str(node.value)
    }


def test_tabs_meet_spaces():
    old = "def forward(x):\n\t# --- layers.forward ---\n\tif x:\n\t\treturn 1\n\treturn 2\n"
    new = "def forward(x):\n" + stub("layers.forward")
    moved = move_regions(old, new)
    assert (
        moved.text
        == "def forward(x):\n    # --- layers.forward ---\n    if x:\n    \treturn 1\n    return 2\n"
    )


def test_windows_lines_become_those_of_the_new_file_and_back():
    old = HEAD + function("forward", region("layers.forward", "out = x\n\nreturn out"))
    new = HEAD + function("forward", stub("layers.forward"))
    assert move_regions(old.replace("\n", "\r\n"), new).text == old
    assert move_regions(old, new.replace("\n", "\r\n")).text == old.replace("\n", "\r\n")


HELPERS = (
    '"""Layers."""\n\nimport math\nimport numpy as np\nfrom functools import reduce, partial\n\n'
    "LIMIT = math.sqrt(4)\n\n\n"
    "def unused():\n    return 1\n\n\n"
    "# sums rows\n@partial\ndef rows(x):\n    return np.minimum(columns(x), LIMIT)\n\n\n"
    "def columns(x):\n    return x.T\n\n\n"
    + function("forward", region("layers.forward", "reduced = rows(x)\nreturn reduced"))
)


def test_helpers_constants_and_imports_of_ones_own_go_along():
    new = HEAD + function("forward", stub("layers.forward"))
    moved = move_regions(HELPERS, new)
    assert set(moved.lines[0].also) == {"rows", "columns", "LIMIT", "math", "partial"}
    assert (
        "import numpy as np\nfrom functools import partial\nimport math\n" in moved.text
        or "import numpy as np\nimport math\nfrom functools import partial\n" in moved.text
    )
    assert "unused" not in moved.text and "reduce," not in moved.text
    assert "# sums rows\n@partial\ndef rows(x):\n" in moved.text
    assert moved.text.index("LIMIT =") < moved.text.index("def rows") < moved.text.index("def columns")
    assert move_regions(HELPERS, moved.text).text == moved.text


def test_helper_that_is_there_in_another_form_is_pointed_out():
    old = (
        HEAD
        + "def rows(x):\n    return 1\n\n\n"
        + function("forward", region("layers.forward", "return rows(x)"))
    )
    new = HEAD + "def rows(x):\n    return 2\n\n\n" + function("forward", stub("layers.forward"))
    moved = move_regions(old, new)
    assert "`rows`" in moved.lines[0].remarks[0] and "def rows(x):\n    return 2" in moved.text


def test_renamed_argument_is_pointed_out():
    old = HEAD + function("forward", region("layers.forward", "y = 1\nreturn X + y"), "X")
    moved = move_regions(old, HEAD + function("forward", stub("layers.forward"), "x"))
    assert "`X`" in moved.lines[0].remarks[0]
    assert not any("`y`" in remark for remark in moved.lines[0].remarks)


def test_attribute_that_only_the_old_class_sets_is_pointed_out():
    old = net(region("fc_net.init", "self.dims = self.floats(dims)", 2)).replace(
        "return 0", "self.floats = X"
    )
    moved = move_regions(old, net(stub("fc_net.init", 2)))
    assert "`self.floats`" in moved.lines[0].remarks[0]


def test_methods_of_ones_own_go_into_the_class():
    mine = "    SCALE = 2\n\n    @staticmethod\n    def batch(x):\n        return Net.SCALE * np.abs(x)\n\n"
    old = "import numpy as np\n\n\n" + net(
        region("fc_net.init", "self.dims = self.batch(dims)\nself.seen = self.loss", 2), mine
    )
    new = net(stub("fc_net.init", 2)) + "\n\nLAST = 1\n"
    moved = move_regions(old, new)
    assert moved.lines[0].also == ("batch", "SCALE", "np")
    space = {}
    exec(moved.text, space)
    assert space["Net"](-3).dims == 6
    assert move_regions(old, moved.text).text == moved.text


def test_unfinished_part_is_carried_and_called_so():
    old = HEAD + function(
        "forward", region("layers.forward", 'out = x\nraise NotImplementedError("layers.forward")')
    )
    moved = move_regions(old, HEAD + function("forward", stub("layers.forward")))
    assert states(moved) == {"layers.forward": "carried, unfinished"} and moved.text == old


def test_edited_stub_is_never_replaced():
    new = HEAD + function("forward", stub("layers.forward").replace('")', '")  # my note'))
    moved = move_regions(HEAD + function("forward", region("layers.forward", "return x")), new)
    assert moved.text == new and "by hand" in moved.lines[0].remarks[0]


@pytest.mark.parametrize("bad", ["def f(:\n", "x = 1\n\t y = 2\n", "a\0b"])
def test_text_that_is_no_python_is_refused(bad):
    with pytest.raises(UnreadableModule):
        move_regions(bad, SCAFFOLD)
    with pytest.raises(UnreadableModule):
        move_regions(SCAFFOLD, bad)


STATEMENTS = [
    "out = x @ w.T + b",
    "out = (x\n  + w)",
    'text = """a\n  b\n\n c"""',
    "if x is None:\n    # nothing\n    return None",
    "for i in range(3):\n\tx = x + i\n\tw = f'{i:>3}'",
    "# --- not a region",
    "def inner(v):\n    '''Doc\n    string.'''\n    return v, helper(v)",
    "with open(x) as f:  # ünïcode 数\n    pass",
    "x = 'a' \\\n  'b'",
    "",
    "pass; y = 2",
]
DEPTHS = st.sampled_from(["    ", "  ", "\t", "        "])
BODIES = st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6).filter(
    lambda parts: any(part and not part.startswith("#") for part in parts)
)
MODULES = st.lists(st.none() | BODIES, min_size=1, max_size=4)


def placed(body, indent):
    """A body's lines at a depth; lines inside its strings are left where they are."""
    lines, inside = [], False
    for line in body:
        lines.append(line if inside or not line else indent + line)
        inside ^= line.count('"""') % 2 == 1
    return lines


def written(bodies, indent, newline="\n", helper="def helper(v):\n    return v\n"):
    parts = [helper]
    for number, body in enumerate(bodies):
        head = [f"def f{number}(x=1, w=2, b=3):", f"{indent}# --- layers.f{number} ---"]
        stubbed = [f"{indent}# YOUR CODE HERE", f'{indent}raise NotImplementedError("layers.f{number}")']
        lines = placed("\n".join(body).rstrip().split("\n"), indent) if body else stubbed
        parts.append("\n".join([*head, *lines]) + "\n")
    return "\n\n".join(parts).replace("\n", newline)


@settings(max_examples=60, deadline=None)
@given(MODULES, DEPTHS, st.sampled_from(["\n", "\r\n"]))
def test_bodies_arrive_byte_for_byte_and_once(bodies, indent, newline):
    old = written(bodies, indent, newline)
    scaffold = written([None] * len(bodies), indent, newline)
    moved = move_regions(old, scaffold)
    assert moved.text == old
    assert move_regions(old, moved.text).text == moved.text
    assert move_regions(scaffold, old).text == old


@settings(max_examples=60, deadline=None)
@given(MODULES, MODULES, DEPTHS, DEPTHS)
def test_nothing_written_is_lost_and_the_code_is_the_same_at_any_depth(old, new, before, after):
    count = min(len(old), len(new))
    source, target = written(old[:count], before), written(new[:count], after)
    moved = move_regions(source, target)
    again = move_regions(source, moved.text)
    assert again.text == moved.text
    functions = {node.name: ast.dump(node) for node in ast.parse(moved.text).body}
    olds, news = ({n.name: ast.dump(n) for n in ast.parse(text).body} for text in (source, target))
    for number in range(count):
        name, line = f"f{number}", moved.lines[number]
        assert functions[name] == (news if new[number] or not old[number] else olds)[name]
        if new[number]:
            assert line.state == ("already there" if old[number] else "not written yet")
        else:
            assert line.state == ("carried" if old[number] else "not written yet")
    kept = [text for text in target.splitlines() if "NotImplemented" not in text and "YOUR CODE" not in text]
    rest = iter(moved.text.splitlines())
    assert all(text in rest for text in kept)
