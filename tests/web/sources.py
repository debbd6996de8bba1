"""What the product's own source says: which error codes it raises with which parameters, which words pages ask for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import seal

SEAL = Path(seal.__file__).parent
ERRORS = {"BadInput", "SignInNeeded", "NotAllowed", "NotFound", "Conflict", "Refused", "Unavailable", "Contention"}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _text(node.body)
        yield from _text(node.orelse)


def raised() -> Iterator[tuple[str, frozenset[str] | None, str]]:
    """(code, names of its parameters or ``None`` when they cannot be read off, where)."""
    for path in sorted(SEAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            where = f"{path.relative_to(SEAL)}:{node.lineno}"
            keywords = {keyword.arg for keyword in node.keywords}
            given = None if None in keywords else frozenset(name for name in keywords if name)
            if _name(node) in ERRORS:
                for code in _text(node.args[0]):
                    yield code, given, where
            elif _name(node) == "Reason":
                names: frozenset[str] | None = frozenset()
                if len(node.args) > 1 or node.keywords:
                    mapping = node.args[1] if len(node.args) > 1 else node.keywords[0].value
                    keys = mapping.keys if isinstance(mapping, ast.Dict) else [None]
                    plain = [key.value for key in keys if isinstance(key, ast.Constant)]
                    names = frozenset(map(str, plain)) if len(plain) == len(keys) else None
                for code in _text(node.args[0]):
                    yield code, names, where
            elif _name(node) == "fault" and len(node.args) > 1:
                for code in _text(node.args[1]):
                    yield code, None if given is None else given | {"field"}, where


def notice_kinds() -> Iterator[tuple[str, str]]:
    """(kind, where) of every notice that the product puts in the outbox."""
    for path in sorted(SEAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) == "enqueue" and len(node.args) > 2:
                for kind in _text(node.args[2]):
                    yield kind, f"{path.relative_to(SEAL)}:{node.lineno}"


_ASKED = re.compile(r"""\bt\(\s*["']([\w.]+)["']\s*(~)?""")


def asked() -> Iterator[tuple[str, str]]:
    """(key, where) of every word that a template or a page asks for by its full name."""
    for path in sorted([*SEAL.rglob("*.html"), *SEAL.rglob("*.py"), *SEAL.rglob("*.svg")]):
        if path == SEAL / "web" / "__init__.py":
            continue  # its docstring shows how
        for match in _ASKED.finditer(path.read_text("utf-8")):
            if not match[2]:
                yield match[1], str(path.relative_to(SEAL))
