"""The failpoints of storage and of what stands on it: see :mod:`seal.failpoint`."""

from __future__ import annotations

from seal.failpoint import VARIABLE, failpoint

__all__ = ["VARIABLE", "failpoint"]
