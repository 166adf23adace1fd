"""Plants confidential text in a clean release, in every way and place, and looks whether it is found."""

import base64
import json
import zipfile
from pathlib import Path

import pytest

from autograder.homework import Course
from autograder.release.build import generate, pack
from autograder.release.leak import find_leaks

HEAVY = "squares = np.sum(Z**2, axis=1)[:, None] + np.sum(self.X**2, axis=1)"
RENAMED = "n2 = np.sum(other**2, axis=1)[:, None] + np.sum(me.X ** 2,   axis = 1)  # norms"
ROOT = "distances = np.sqrt(np.maximum(squares - 2 * Z @ self.X.T, 0))"
AS_EXPRESSION = "def f(s, b, model):\n    return np.sqrt(np.maximum(s - 2 * b @ model.X.T, 0))\n"
ANSWER = "one call into the optimised library replaces a million small interpreted operations"
RUBRIC = "names the optimised library routine as the reason for speed"
ORACLE = "def mine(A, B):\n    return np.array([[np.linalg.norm(a.astype(float) - b, ord=2) for a in A] for b in B], dtype=np.float64)\n"
HIDDEN_CHECK = """
def whatever(s, gen):
    P, Q = gen.standard_normal((7, 3)), gen.standard_normal((4, 3))
    expect.close("distances", s.points.Points(P).pairwise(Q), reference(P, Q), rtol=1e-9)
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory, new_course):
    """(homework, {name: bytes}) of a release without leaks, made once."""
    root = tmp_path_factory.mktemp("course")
    new_course(root)
    homework = Course(root).homework("hw1")
    generate(homework, root / "clean")
    content = {
        p.relative_to(root / "clean").as_posix(): p.read_bytes()
        for p in (root / "clean").rglob("*")
        if p.is_file()
    }
    return homework, content


@pytest.fixture
def release(clean, tmp_path):
    """A copy of the clean release that a test may spoil."""
    homework, content = clean
    for name, data in content.items():
        path = tmp_path / "hw1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return homework, tmp_path / "hw1"


def spoil(folder: Path, change) -> None:
    path = folder / "points.ipynb"
    notebook = json.loads(path.read_text())
    change({cell["id"]: cell for cell in notebook["cells"]}, notebook)
    path.write_text(json.dumps(notebook))


def append(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(path.read_text() + text)


def test_the_clean_release_passes(release):
    assert find_leaks(*release) == ()


@pytest.mark.parametrize("name", ["nndl/points.py", "checks/points.py", "nndl/__init__.py"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"\n{HEAVY}\n", "solution"),
        (f"\nif True:\n        {HEAVY}\n", "solution"),
        (f"\n# {HEAVY}\n", "solution"),
        (f"\n# {RENAMED}\n", "solution"),
        (f"\n#   hint:\n#   {RENAMED}\n", "solution"),
        (f"\n{RENAMED}\n", "solution"),
        (f"\n{AS_EXPRESSION}\n", "solution"),
        (f'\nNOTE = """Try this:\n\n    {RENAMED}\n"""\n', "solution"),
        (
            "\ndef g(a):\n    b = np.where(a > 0, a, 0)\n    return b + np.log1p(np.exp(-np.abs(a)))\n",
            "solution",
        ),
        (
            "\ndef g(a):\n    b = np.where(a > 0,\n       a, 0)  # positive\n\n    return (b\n   + np.log1p(np.exp(-np.abs(a))))\n",
            "solution",
        ),
        (f"\nthis is ( not Python\n{RENAMED}\n", "solution"),
        ("\n# The cross term dominates the running time of everything else!\n", "solution"),
        (f"\n# {ANSWER}\n", "model answer"),
        (f"\n# {RUBRIC}\n", "rubric"),
        (f"\n{ORACLE}\n", "hidden check"),
        (f"\n# {ORACLE.splitlines()[1].strip()}\n", "hidden check"),
        (HIDDEN_CHECK, "hidden check"),
        ("\nrng = np.random.default_rng(8_675_309)\n", "hidden seed"),
        ("\n### BEGIN SOLUTION\n", "marker"),
    ],
)
def test_a_planted_leak_in_a_module_is_found(release, name, text, kind):
    homework, folder = release
    append(folder, name, text)
    leaks = find_leaks(homework, folder)
    assert any(leak.kind.startswith(kind) and leak.file == name for leak in leaks), leaks


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (f"Compute `{HEAVY}` first.", "solution"),
        (f"```python\n{RENAMED}\n```", "solution"),
        (f"Like this:\n\n    {RENAMED}\n", "solution"),
        (f"- {RENAMED}", "solution"),
        (f"Note that **{ANSWER.upper()}**.", "model answer"),
        (f"> {ANSWER[:50]}\n> {ANSWER[50:]}", "model answer"),
        (f"Two points: {RUBRIC}.", "rubric"),
        ("The judge is started with 8675309.", "hidden seed"),
    ],
)
def test_a_planted_leak_in_a_markdown_cell_is_found(release, source, kind):
    homework, folder = release
    spoil(folder, lambda cells, _: cells["points-intro"].update(source=source.splitlines(keepends=True)))
    leaks = find_leaks(homework, folder)
    assert any(leak.kind.startswith(kind) and leak.cell == "points-intro" for leak in leaks), leaks


def test_a_solution_cell_that_was_not_cleared_is_found(release):
    homework, folder = release
    source = "%matplotlib inline\ndef largest(v):\n    top = sorted(v.ravel().tolist(), reverse=True)[0]\n    return top if np.isfinite(top) else np.nan\n"
    spoil(folder, lambda cells, _: cells["points-setup"].update(source=source))
    (leak,) = find_leaks(homework, folder)
    assert leak.source == "points.ipynb, cell points-largest-code"
    assert (leak.file, leak.cell, leak.line) == ("points.ipynb", "points-setup", 3)


def test_a_stored_output_is_found_and_read(release):
    homework, folder = release
    output = {"output_type": "stream", "name": "stdout", "text": [HEAVY + "\n"]}
    spoil(folder, lambda cells, _: cells["largest"].update(outputs=[output], execution_count=3))
    kinds = {leak.kind for leak in find_leaks(homework, folder)}
    assert {"stored output", "execution count", "solution, as text"} <= kinds


@pytest.mark.parametrize("where", ["cell", "notebook"])
def test_a_leak_in_metadata_is_found(release, where):
    homework, folder = release

    def change(cells, notebook):
        place = cells["pairwise"] if where == "cell" else notebook
        place["metadata"]["notes"] = {"todo": [HEAVY, 8675309]}

    spoil(folder, change)
    kinds = {leak.kind for leak in find_leaks(homework, folder)}
    assert {"solution, as text", "hidden seed"} <= kinds


def test_a_leak_in_an_attachment_is_found(release):
    homework, folder = release
    data = base64.b64encode(f"{HEAVY}\n".encode()).decode()
    spoil(folder, lambda cells, _: cells["why"].update(attachments={"notes.txt": {"text/plain": data}}))
    kinds = {leak.kind for leak in find_leaks(homework, folder) if leak.cell == "points-why-squares"}
    assert kinds == {"attachment", "solution, as text"}


def test_a_leak_in_the_text_of_a_picture_is_found(release):
    homework, folder = release
    picture = base64.b64encode(
        b"\x89PNG\r\n\x1a\n\x00\xfftEXtComment\x00" + ANSWER.encode() + b"\x00\xff"
    ).decode()
    spoil(
        folder,
        lambda cells, _: cells["points-intro"].update(
            source="![p](attachment:p.png)", attachments={"p.png": {"image/png": picture}}
        ),
    )
    (leak,) = find_leaks(homework, folder)
    assert leak.kind == "model answer"


@pytest.mark.parametrize(
    "name",
    [
        "hidden/points.py",
        "hidden/judge.toml",
        "best.npz",
        "nndl/__pycache__/points.pyc",
        "notes.txt",
        "labkit/tests/x.py",
    ],
)
def test_a_file_that_does_not_belong_is_found(release, name):
    homework, folder = release
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"nothing")
    assert [(leak.file, leak.kind) for leak in find_leaks(homework, folder)] == [(name, "forbidden file")]


def test_a_link_out_of_the_release_is_found(release):
    homework, folder = release
    (folder / "nndl" / "more.py").symlink_to("/etc/hostname")
    (leak,) = find_leaks(homework, folder)
    assert leak.kind == "forbidden file"


def test_leaks_in_a_zip_are_found(release, tmp_path):
    homework, folder = release
    append(folder, "checks/points.py", f"\n# {RENAMED}\n")
    archive = tmp_path / "hw1.zip"
    archive.write_bytes(pack(homework, folder))
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("elsewhere.txt", "nothing")
        out.writestr("hw1/../../climbing.txt", "nothing")
        out.writestr("hw1/hidden/points.py", ORACLE)
    found = {(leak.file, leak.kind.split(",")[0]) for leak in find_leaks(homework, archive)}
    assert {
        ("checks/points.py", "solution"),
        ("elsewhere.txt", "forbidden file"),
        ("hw1/../../climbing.txt", "forbidden file"),
        ("hidden/points.py", "forbidden file"),
        ("hidden/points.py", "hidden check"),
    } <= found


def test_a_leak_says_file_cell_line_and_origin(release):
    homework, folder = release
    append(folder, "checks/points.py", f"\n\n{RENAMED}\n")
    (leak,) = find_leaks(homework, folder)
    lines = (folder / "checks/points.py").read_text().split("\n")
    assert leak.line == lines.index(RENAMED) + 1
    assert str(leak).startswith(
        f"checks/points.py, line {leak.line}: solution, as code (nndl/points.py: points.pairwise)"
    )


@pytest.mark.parametrize(
    "text",
    [
        "\nx = x.reshape(len(x), -1)\n",
        "\nreturn loss, dW, db\n",
        "\ndistances = np.zeros((len(Z), len(X)))\n",
        "\nX, Z = rng.standard_normal((7, 3)), rng.standard_normal((4, 3))\n",
        "\npositive = np.where(x > 0, x, 0)\n",
        "\n# Why is the cross term computed with a matrix product?\n",
        "\nprint(np.exp(x) / np.exp(x).sum(axis=1, keepdims=True))\n",
        "\n# mentions the library, memory and speed\n",
    ],
)
def test_common_code_and_prose_is_no_leak(release, text):
    homework, folder = release
    append(folder, "nndl/points.py", text)
    assert find_leaks(homework, folder) == ()


def test_code_that_the_scaffold_gives_is_no_leak(tmp_path, new_course):
    folder = new_course(tmp_path)
    module = folder / "nndl/points.py"
    given = "\n\ndef given(a, x):\n    return np.sqrt(np.maximum(a - 2 * x @ a.X.T, 0))\n"
    module.write_text(module.read_text() + given)
    homework = Course(tmp_path).homework("hw1")
    generate(homework, tmp_path / "out")
    assert find_leaks(homework, tmp_path / "out") == ()


def test_a_whole_solution_left_outside_its_region_is_a_leak(tmp_path, new_course):
    folder = new_course(tmp_path)
    module = folder / "nndl/points.py"
    copy = f"\n\ndef forgotten(self, Z):\n    {HEAVY}\n    {ROOT}\n    return distances\n"
    module.write_text(module.read_text() + copy)
    homework = Course(tmp_path).homework("hw1")
    generate(homework, tmp_path / "out")
    assert any(
        leak.source == "nndl/points.py: points.pairwise" for leak in find_leaks(homework, tmp_path / "out")
    )


def test_a_helper_that_public_and_hidden_checks_share_is_no_leak(tmp_path, new_course):
    folder = new_course(tmp_path)
    helper = """

def same(what, got, expected):
    tolerance = 1e-4 * max(1e-12, float(np.max(np.abs(expected), initial=0.0)))
    expect.close(what, got, expected, rtol=1e-4, atol=tolerance, hint=str(np.shape(got)) + str(np.shape(expected)))
"""
    for checks in (folder / "checks/points.py", folder / "hidden/points.py"):
        checks.write_text(checks.read_text() + helper)
    homework = Course(tmp_path).homework("hw1")
    generate(homework, tmp_path / "out")
    assert find_leaks(homework, tmp_path / "out") == ()
