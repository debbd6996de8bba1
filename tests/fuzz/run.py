"""Coverage-guided fuzzing of one target, or of each in turn, with the kept corpus (``tests/fuzz/corpus/<target>``).

    python -m tests.fuzz.run TARGET|all [--seconds N] [--keep]

A fault ends the run with exit code 1 and leaves the input beside the corpus as ``fault-<digest>``; kept there, it is
tried by the ordinary tests from then on. ``--keep`` adds the smallest inputs that reached something new to the corpus.
Each target runs in a process of its own, for the fuzzer ends its process.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.seeds import seeds

KEPT_A_RUN = 40
_CHILD = "tests.fuzz.child"
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")


def main(argv: Sequence[str] | None = None) -> int:
    from tests.fuzz.targets import CORPUS, TARGETS

    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("target", choices=["all", *TARGETS])
    words.add_argument("--seconds", type=int, default=60, help="for each target")
    words.add_argument("--keep", action="store_true", help="merge what was found into the corpus")
    given = words.parse_args(argv)
    names = list(TARGETS) if given.target == "all" else [given.target]
    return max([_fuzz(name, CORPUS / name, given.seconds, keep=given.keep) for name in names])


def _fuzz(name: str, corpus: Path, seconds: int, *, keep: bool) -> int:
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        found, given, faults = (Path(folder) / part for part in ("found", "given", "faults"))
        for made in (found, given, faults):
            made.mkdir()
        for seed in seeds():
            (given / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
        words = [f"-max_total_time={seconds}", f"-artifact_prefix={faults}/", "-timeout=10", "-rss_limit_mb=1024"]
        done = _child(name, [*words, str(found), str(corpus), str(given)])
        runs = _DONE.search(done.stderr)
        print(f"{name}: {runs[1] if runs else '?'} runs, {len(list(found.iterdir()))} new inputs", flush=True)
        if keep:
            for one in sorted(found.iterdir(), key=lambda path: path.stat().st_size)[:KEPT_A_RUN]:
                (corpus / one.name[:16]).write_bytes(one.read_bytes())
        broken = list(faults.iterdir())
        for one in broken:
            kept = corpus / f"fault-{hashlib.sha256(one.read_bytes()).hexdigest()[:12]}"
            kept.write_bytes(one.read_bytes())
            print(f"{name}: FAULT, input kept in {kept}\n{done.stdout[-3000:]}{done.stderr[-3000:]}", flush=True)
        return 1 if broken or done.returncode else 0


def _child(name: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", _CHILD, name, *words], capture_output=True, text=True, errors="replace", check=False
    )


if __name__ == "__main__":
    raise SystemExit(main())
