"""The copy that is mutated: never the checkout. Plain functions where the tool would leave a property out."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

from tests.mutation.targets import Target

ROOT = Path(__file__).parents[2]
_FOLDERS = ("seal", "migrations", "protocols", "tests")
_FILES = ("README.md", "pyproject.toml")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", ".hypothesis")
_PLUGIN = "tests.mutation.quick"
AS_FUNCTION = "_as_function"


def copy(target: Target, folder: Path) -> None:
    """Copy the tree as it stands into ``folder``, set to mutate the files of ``target``."""
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=_LEFT_OUT)
    for name in _FILES:
        shutil.copyfile(ROOT / name, folder / name)
    for name in target.files:
        source = (ROOT / name).read_text("utf-8")
        (folder / name).write_text(properties_as_functions(source), "utf-8")
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write(_settings(target))


def _settings(target: Target) -> str:
    settings: dict[str, list[str] | float] = {
        "source_paths": ["seal"],
        "only_mutate": list(target.files),
        "also_copy": [name for name in (*_FOLDERS, *_FILES) if name != "seal"],
        "pytest_add_cli_args_test_selection": list(target.tests),
        "pytest_add_cli_args": ["--tb=no", "-p", "no:xdist", "-p", "no:unraisableexception", "-p", _PLUGIN],
        "timeout_constant": 2.0,
        "timeout_multiplier": 4.0,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def properties_as_functions(source: str) -> str:
    """The same module with each ``@property`` of a class spelled ``name = property(name_as_function)``.

    Whatever is decorated is not mutated, and the quota and the bytes of a token are properties.
    """
    lines = source.split("\n")
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    methods = [node for one in classes for node in one.body if isinstance(node, ast.FunctionDef)]
    for method in sorted(methods, key=lambda node: node.lineno, reverse=True):
        if [ast.unparse(one) for one in method.decorator_list] != ["property"]:
            continue
        name, indent = method.name, " " * method.col_offset
        head = method.lineno - 1
        lines.insert(method.end_lineno or head, f"{indent}{name} = property({name}{AS_FUNCTION})")
        lines[head] = lines[head].replace(f"def {name}(", f"def {name}{AS_FUNCTION}(", 1)
        del lines[method.decorator_list[0].lineno - 1]
    return "\n".join(lines)
