"""Notebook cells in the worker."""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox import Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


def test_cells_share_a_namespace_and_notebooks_do_not(worker: Worker) -> None:
    assert worker.run_cell("one", "import numpy as np\nx = np.arange(3)").ok
    assert worker.run_cell("one", "def total():\n    return float(x.sum())").ok
    assert worker.student("one").notebook.total() == 3.0
    assert not worker.run_cell("two", "x").ok
    assert not hasattr(worker.student("two").notebook, "x")
    worker.student("one").notebook.x = 5
    assert worker.run_cell("one", "assert x == 5").ok


def test_cells_use_the_students_modules(worker: Worker) -> None:
    assert worker.run_cell("one", "from nndl.model import Model\nmodel = Model()").ok
    assert worker.student("one").notebook.model.scale == 1.0


def test_output_is_kept_with_its_beginning_and_end(worker: Worker) -> None:
    outcome = worker.run_cell("one", "import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert outcome.output == "out\nerr\n"
    flood = worker.run_cell("one", "print('start')\nfor i in range(20000):\n    print('flood', i)")
    assert flood.output.startswith("start")
    assert flood.output.endswith("flood 19999\n")
    assert "left out" in flood.output
    assert len(flood.output) < 40_000


def test_an_error_names_cell_line_and_code(worker: Worker) -> None:
    worker.run_cell("one", "def f(x):\n    return 1 / x")
    error = worker.run_cell("one", "y = 2\nf(0)", label="cell knn-try").error
    assert error is not None
    assert error.frames == (
        ("one.ipynb, cell knn-try", 2, "<module>", "f(0)"),
        ("one.ipynb, cell 1", 2, "f", "return 1 / x"),
    )
    syntax = worker.run_cell("one", "def g(:").error
    assert syntax is not None
    assert syntax.frames[-1][:2] == ("one.ipynb, cell 3", 1)


@pytest.mark.parametrize(
    "source",
    [
        "%load_ext autoreload\n%autoreload 2\n%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
        "!pip install numpy\nfiles = !ls\nassert files == []",
        "%%bash\nls",
        "%no_such_magic 3",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('a')\nplt.show()",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>'))\n1 + 1",
        "import asyncio\nawait asyncio.sleep(0)",
        "from labkit import check, ready\ncheck('knn.none')\nready('knn.none')",
        "from tqdm import tqdm\nfrom tqdm.auto import trange\nfor i in tqdm(range(3)): pass\nfor i in trange(3): pass",
        "%time x = 1\n%timeit -n1 x",
        "exit()",
        "len?",
        "",
    ],
)
def test_what_notebooks_do_at_a_desk_does_no_harm(worker: Worker, source: str) -> None:
    outcome = worker.run_cell("one", source)
    assert outcome.error is None
    assert worker.run_cell("one", "z = 1").ok


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("raise NotImplementedError('knn.f')", "not written"),
        ("import sys; sys.exit(0)", "exit"),
        ("raise KeyboardInterrupt", "exception"),
        ("raise BaseException('x')", "exception"),
        ("def f(): f()\nf()", "exception"),
        ("class E(Exception):\n    def __str__(self): raise E\nraise E", "exception"),
        ("class E(Exception):\n    def __str__(self): return 'long' * 10**7\nraise E", "exception"),
        ("raise ExceptionGroup('many', [ValueError(1)])", "exception"),
        ("input()", "exception"),
        ("raise MemoryError", "memory"),
        ("'\\ud800'.encode()", "exception"),
    ],
)
def test_every_way_to_fail_is_an_outcome(worker: Worker, source: str, kind: str) -> None:
    outcome = worker.run_cell("one", source)
    assert outcome.error is not None
    assert outcome.error.kind == kind
    assert worker.run_cell("one", "z = 1").ok


@pytest.mark.parametrize(
    "source",
    [
        "import builtins\nfor name in ('len', 'isinstance', 'list', 'dict', 'getattr', 'type', 'open', 'print'):\n"
        "    setattr(builtins, name, None)",
        "import sys\nsys.stdout = sys.stderr = None",
        "import sys\nsys.modules.clear()",
        "import numpy as np\nnp.asarray = np.ndarray = np.array = None",
        "import sys\nsys.settrace(lambda *a: 1 / 0)",
        "import gc\ngc.disable()\nimport os\nos.chdir('/')",
        "import sys\nsys.path.clear()\nsys.meta_path.clear()",
        "import os\nos.close(0); os.close(1); os.close(2)",
    ],
    ids=["builtins", "stdout", "modules", "numpy", "trace", "folder", "paths", "descriptors"],
)
def test_a_worker_that_is_tampered_with_answers_or_ends(worker: Worker, source: str) -> None:
    worker.run_cell("one", source)
    after = worker.run_cell("one", "x = 1")
    assert after.ok or (after.error is not None and after.error.kind)
