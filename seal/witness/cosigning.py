"""The one place where a witness decides to cosign, and the order in which it does.

    1  under the write lock: read the head seen last, check that the new one extends it, write it down; on the disk
    2  under the write lock again: is that still the head? then sign it, write the line down; on the disk
    3  only then does the line leave this process

So no two roots of one size and no smaller size after a larger are ever cosigned: not by two processes at once, and not
by one that is killed between any two steps and started again. A head that was written down and not signed is signed
when it is offered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from seal.errors import BadInput, Conflict, Unavailable
from seal.failpoint import failpoint
from seal.transparency import merkle
from seal.transparency.note import NoteSignature
from seal.witness.key import Signer
from seal.witness.remote import Head
from seal.witness.state import State


class Wrong(StrEnum):
    """Why a tree head is not cosigned, as ``BadInput('witness.<value>')``; 409 and 422 of tlog-witness."""

    FORK = "fork"
    """The size that was seen, with another root: two histories."""
    INCONSISTENT = "inconsistent"
    """Nothing shows that it extends what was seen."""
    EMPTY = "empty"
    """The empty tree with a root that is not the empty tree's."""


def cosign(
    state: State, signer: Signer, head: Head, old: int, proof: Sequence[bytes], at: int
) -> tuple[NoteSignature, int]:
    """Cosign ``head``, which a trusted key signed, at ``at`` (POSIX seconds); returns the line and its time.

    Raises ``NotFound('witness.log_unknown')``, ``Conflict('witness.size')`` with ``size`` if ``old`` is not the size
    seen last, ``BadInput('witness.*')`` of :class:`Wrong`, ``Unavailable('witness.clock')`` if the clock went back.
    """
    text = head.text
    with state.change():
        seen = state.log(text.origin)
        if old != seen.size:
            raise Conflict("witness.size", size=seen.size)
        _check(seen.size, seen.root, head, proof)
        failpoint("witness.checked")
        if text.size > seen.size or seen.note is None:
            state.advance(text.origin, text.size, text.root, head.note.encoded)
    failpoint("witness.recorded")
    with state.change():
        now = state.log(text.origin)
        if (now.size, now.root) != (text.size, text.root):
            raise Conflict("witness.size", size=now.size)
        if at < now.cosigned_at:
            raise Unavailable("witness.clock", seconds=now.cosigned_at - at)
        line = signer.cosign(head.note.text, at)
        failpoint("witness.signed")
        state.cosigned(text.origin, at, line.line.encode())
    failpoint("witness.kept")
    return line, at


def _check(size: int, root: bytes, head: Head, proof: Sequence[bytes]) -> None:
    text = head.text
    if text.size == 0 and text.root != merkle.EMPTY_ROOT:
        raise BadInput("witness.empty")
    if text.size < size:
        raise Conflict("witness.size", size=size)
    if text.size == size and text.root != root:
        raise BadInput("witness.fork", size=size)
    if not merkle.verify_consistency(size, text.size, proof, root, text.root):
        raise BadInput("witness.inconsistent", old=size, size=text.size)
