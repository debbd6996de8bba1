"""One fuzzing process: ``python -m tests.fuzz.child TARGET [libFuzzer flags and folders]``. Needs atheris."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["seal"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv[1]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[name])
    atheris.Fuzz()
