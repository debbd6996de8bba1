"""One breach for each code of ``seal fsck``: what is done to the rows, and which row must then be named."""

from tests.cli.plants import (
    decisions,
    events,
    evidence,
    keys,
    labels,
    log,
    lots,
    papers,
    protocols,
    recalls,
    release,
    seals,
    status,
    transitions,
)
from tests.cli.plants.base import PLANTS, Plant

__all__ = [
    "PLANTS",
    "Plant",
    "decisions",
    "events",
    "evidence",
    "keys",
    "labels",
    "log",
    "lots",
    "papers",
    "protocols",
    "recalls",
    "release",
    "seals",
    "status",
    "transitions",
]
