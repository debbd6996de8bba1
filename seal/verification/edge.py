"""Answers that were just given: the same bytes again, while nothing can have changed.

An answer is kept for at most a minute, never past the moment at which time alone would change it, and only while the
database says that nobody has committed anything: a recall is seen by the next reader. What is shown as "checked at" is
when the evidence was read. Only answers about known codes are kept, so guessing fills nothing. The copy alarm of one
jar may ring up to a minute late.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from seal.associations.model import Association
from seal.ids import Code

KEEP = timedelta(minutes=1)
MOST = 256

Key = tuple[str, str, str, str]
"""Association, text as asked, language, media type."""


@dataclass(frozen=True)
class Known:
    """An answer as it goes out. ``owner`` and ``code`` are what a scan is counted for."""

    body: bytes
    status: int
    media_type: str
    headers: Mapping[str, str]
    owner: Association
    code: Code
    version: str
    made_at: datetime
    until: datetime

    @cached_property
    def packed(self) -> bytes:
        """Compressed once for everyone who is given it."""
        return gzip.compress(self.body, 6, mtime=0)


class Answers:
    """The last answers of this process, the oldest leaving first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Known] = OrderedDict()

    def find(self, key: Key, version: str, at: datetime) -> Known | None:
        """The answer, if the database still is at ``version`` and ``at`` lies inside its time."""
        known = self._kept.get(key)
        if known is None:
            return None
        if known.version != version or not known.made_at <= at < known.until:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return known

    def keep(self, key: Key, known: Known) -> None:
        self._kept[key] = known
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        self._kept.clear()


def until(at: datetime, next_change: datetime | None) -> datetime:
    """The moment up to which an answer made at ``at`` may be given again."""
    latest = at + KEEP
    return min(latest, next_change) if next_change else latest


answers = Answers()
"""Those of this process."""
