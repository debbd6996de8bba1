"""Certificates on paper (invariant 8)."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import NOBODY, Plant, add, change, drop, flipped, plant, simple


@plant("papers.not_ordered")
def _order_lost(kept: Kept) -> Plant:
    order = kept.one("paper_order", waiting=True)
    return drop("paper_order", order, named=(order["kind"], order["id"]))


@plant("papers.not_ordered/of another kind")
def _order_of_another_kind(kept: Kept) -> Plant:
    order = kept.one("paper_order", kind="batch")
    return Plant("batch", order["id"], change("paper_order", order, kind="certification").statements)


@plant("papers.orphan")
def _order_of_nothing(kept: Kept) -> Plant:
    return add("paper_order", kept.one("paper_order"))


simple("papers.lost", "paper_order", lambda kept: kept.one("paper_order", waiting=True), waiting=False)
simple("papers.digest", "paper", lambda kept: kept.one("paper"), content=lambda row: flipped(row["content"], 600))
simple("papers.digest/served", "paper", lambda kept: kept.one("paper"), sha256="0" * 64)


def _other(kept: Kept, content: bytes) -> Plant:
    sha256 = hashlib.sha256(content).hexdigest()
    return change("paper", kept.one("paper"), content=content, content_sha256=sha256, sha256=sha256)


@plant("papers.unreadable")
def _not_a_pdf(kept: Kept) -> Plant:
    return _other(kept, b"not a PDF")


@plant("papers.credential")
def _paper_of_another(kept: Kept) -> Plant:
    row: dict[str, Any] = kept.one("paper")
    return change("paper", row, object_id=NOBODY)
