"""Work for strangers, off the event loop and a few at a time."""

from __future__ import annotations

from seal.web.turns import Turns

_turns = Turns(code="foreign.busy")
take = _turns.take
