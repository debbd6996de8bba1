"""What is mutated: the rules that everything else trusts, and the tests that must notice; none needs a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """``bar``: percent of the mutants that the tests must notice, those of ``equivalents.yaml`` not counted."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    bar: int


TARGETS = {
    "quota": Target(("seal/labels/model.py",), ("tests/labels/test_model.py",), 98),
    "token": Target(("seal/labels/token.py",), ("tests/labels/test_token.py",), 98),
    "proofs": Target(
        ("seal/transparency/merkle.py", "seal/transparency/proof_file.py"),
        ("tests/transparency/test_merkle.py", "tests/transparency/test_proof_file.py"),
        98,
    ),
    "judge": Target(
        ("seal/verification/model.py", "seal/verification/facts.py"), ("tests/verification/test_model.py",), 98
    ),
    "scoring": Target(
        (
            "seal/protocols/scoring.py",
            "seal/protocols/tally.py",
            "seal/protocols/rule_families.py",
            "seal/protocols/mending.py",
        ),
        (
            "tests/protocols/test_scoring.py",
            "tests/protocols/test_scoring_numbers.py",
            "tests/protocols/test_scoring_families.py",
            "tests/protocols/test_rule_families.py",
            "tests/protocols/test_tally.py",
        ),
        95,
    ),
}
