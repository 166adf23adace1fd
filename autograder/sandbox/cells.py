"""Notebook cells in a process without Jupyter: one namespace per notebook, errors as objects.

Magics and `!` lines that make sense at a desk only (plots in the page, autoreload, shell commands)
do nothing here, and what a cell displays is dropped: only its effects and its errors count.
"""

from __future__ import annotations

import io
import sys
import types
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

SILENT_MAGICS = (  # noqa: SIM905
    "autoreload aimport alias_magic conda edit gui history load load_ext matplotlib notebook pastebin pip pylab "
    "reload_ext save sx sc system uv writefile bash sh script ruby perl html HTML javascript js latex svg markdown "
    "debug pdb prun lprun memit mprun mamba micromamba logstart tensorboard timeit pinfo pinfo2 psearch pdoc psource"
).split()
_SLACK = 4  # how much more of the end is held, at most, than is kept


class Output(io.TextIOBase):
    """Standard output that keeps the beginning and the end of what is printed.

    Args:
        limit: characters kept.
    """

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, limit: int) -> None:
        self._half = max(1, limit // 2)
        self._clear()

    def _clear(self) -> None:
        self._head = ""
        self._tail: list[str] = []
        self._held = self._dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = self._half - len(self._head)
        self._head += text[:room] if room > 0 else ""
        rest = text[room:] if room > 0 else text
        if rest:
            self._tail.append(rest)
            self._held += len(rest)
            if self._held > _SLACK * self._half:
                self._trim()
        return len(text)

    def _trim(self) -> str:
        tail = "".join(self._tail)[-self._half :]
        self._dropped += self._held - len(tail)
        self._tail, self._held = [tail], len(tail)
        return tail

    def take(self) -> str:
        """What was printed since the last call."""
        tail = self._trim()
        middle = f"\n[... {self._dropped} characters left out ...]\n" if self._dropped else ""
        text = self._head + middle + tail
        self._clear()
        return text


class _Compiler(CachingCompiler):
    """Names a cell's code by its notebook and label, as frames show it."""

    cell_name = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return self.cell_name


class _Undisplayed(DisplayPublisher):
    def publish(self, *args: Any, **kwargs: Any) -> None:
        pass

    def clear_output(self, wait: bool = False) -> None:
        pass


class _Unprinted(DisplayHook):
    def __call__(self, result: Any = None) -> None:
        if result is not None:
            self.shell.user_ns["_"] = result


class Shell(InteractiveShell):
    """IPython without history, terminal, display or shell commands."""

    compiler_class = _Compiler
    display_pub_class = _Undisplayed
    displayhook_class = _Unprinted

    def init_virtualenv(self) -> None:
        pass

    def init_io(self) -> None:
        pass

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        pass

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        pass

    def system(self, cmd: str) -> None:
        print(f"not run while grading: !{cmd}")

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        self.system(cmd)
        return [] if split else ""

    def ask_exit(self) -> None:
        pass

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str, str]:
        return "agg", "agg"

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if self.find_line_magic(magic_name) is None:
            print(f"not known while grading: %{magic_name}")
            return None
        return super().run_line_magic(magic_name, line, _stack_depth + 1)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        if self.find_cell_magic(magic_name) is None:
            print(f"not known while grading: %%{magic_name}")
            return None
        return super().run_cell_magic(magic_name, line, cell)


def new_shell() -> Shell:
    """The process's shell, made once, before any student code."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.xmode = "Minimal"
    config.InteractiveShell.banner1 = ""
    shell = Shell.instance(config=config)
    for name in SILENT_MAGICS:
        shell.register_magic_function(_nothing, "line", name)
        shell.register_magic_function(_nothing, "cell", name)
    return shell


def _nothing(line: str = "", cell: str | None = None) -> None:
    pass


class Notebooks:
    """The namespaces of a submission's notebooks, and the shell that runs their cells.

    Args:
        shell: the process's shell.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._modules: dict[str, types.ModuleType] = {}
        self.cell_names: set[str] = set()

    def variables(self, notebook: str) -> dict[str, Any]:
        """A notebook's variables; empty before its first cell."""
        return self._module(notebook).__dict__

    def _module(self, notebook: str) -> types.ModuleType:
        if notebook not in self._modules:
            module = types.ModuleType("__main__")
            shell = self._shell
            shell.user_module, shell.user_ns = module, module.__dict__
            shell.user_ns_hidden.clear()
            shell.init_user_ns()
            self._modules[notebook] = module
        return self._modules[notebook]

    def run(self, notebook: str, label: str, source: str) -> BaseException | None:
        """Run one cell; what it raised, or None."""
        module, shell = self._module(notebook), self._shell
        name = f"{notebook}.ipynb, {label}"
        self.cell_names.add(name)
        sys.modules["__main__"] = module
        shell.user_module, shell.user_ns = module, module.__dict__
        shell.compile.cell_name = name
        result = shell.run_cell(source, store_history=False)
        _close_figures()
        return result.error_before_exec or result.error_in_exec


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and pyplot.get_fignums():
        pyplot.close("all")
