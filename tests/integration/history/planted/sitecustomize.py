"""Plants a mutant: on PYTHONPATH, Python runs this file at its start. Nothing in the tree is touched.

KEFU_MUTANT names a file that need not exist: {"packages": ["ticket_svc"], "changes": [[module, old text, new text]]}.
A service of those packages, when it starts and the file is there, runs in an interpreter of its own (the other
services share what `kefu up` has imported) in which the modules are loaded with the new texts. A text that does not
stand there exactly once ends the process: a mutant that is not planted must not pass for one that was not caught.
"""

import json
import os
import runpy
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType

FILE = Path(os.environ.get("KEFU_MUTANT") or os.devnull)
INSIDE = "KEFU_MUTANT_INSIDE"


class Loader(SourceFileLoader):
    """Loads one module with its texts changed."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of the changed source, past any bytecode that is kept."""
        text = Path(self.path).read_text()
        for module, old, new in CHANGES:
            if module == fullname:
                if text.count(old) != 1:
                    give_up(f"{module}: {text.count(old)} times, not once:\n{old}")
                text = text.replace(old, new)
        return compile(text, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the modules that are to be changed."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 Python's
        """The module with our loader, or None for all others."""
        if not any(module == fullname for module, _, _ in CHANGES):
            return None
        spec = PathFinder.find_spec(fullname, path)  # type: ignore[arg-type]  # whatever Python gave us
        if spec is None or spec.origin is None:
            give_up(f"{fullname} is not there")
            return None
        spec.loader = Loader(fullname, spec.origin)
        return spec


def give_up(why: str) -> None:
    """End the process, with the reason in the service's log."""
    sys.stderr.write(f"The mutant cannot be planted. {why}\n")
    sys.stderr.flush()
    os._exit(3)


def in_an_interpreter_of_its_own(module: str, *given: object, **options: object) -> object:
    """Instead of runpy's: a package that is to be mutated begins anew."""
    if FILE.is_file() and module in json.loads(FILE.read_text())["packages"]:
        environment = {**os.environ, INSIDE: "1"}
        # The word lets `kefu` know the process as one of its own.
        os.execve(sys.executable, [sys.executable, "-X", "kefu_local", "-m", module, *sys.argv[1:]], environment)
    return run_module(module, *given, **options)  # type: ignore[arg-type]  # handed through as it came


CHANGES: list[list[str]] = []
if os.environ.get(INSIDE):
    CHANGES = json.loads(FILE.read_text())["changes"]
    sys.meta_path.insert(0, Finder())
    FILE.with_suffix(".planted").write_text(str(os.getpid()))
elif Path(os.devnull) != FILE:
    run_module = runpy.run_module
    runpy.run_module = in_an_interpreter_of_its_own  # type: ignore[assignment]  # of the same shape
