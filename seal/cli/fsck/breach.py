"""A breach of an invariant: which row, what is wrong with it, and what to do. Sentences are in ``locales``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seal.errors import Param


class Remedy(StrEnum):
    """What whoever runs the machine should do; ``fsck.remedy.<value>`` in the locales."""

    RESTORE = "restore"
    """A row was altered, lost or made outside Seal."""
    LOG = "log"
    """The public log does not say what it said: keep the evidence, tell those who hold checkpoints."""
    KEYS = "keys"
    """A signature that no key of the association should have made."""
    DECIDE = "decide"
    """The row stands, but should not have come about: the deciding body must look at it."""
    LABELS = "labels"
    """More labels than jars, or numbers given out twice: stop printing and void."""
    RECALL = "recall"
    """A lot that was recalled can still be bought: recall it again at once."""
    STATUS = "status"
    """What verifiers read differs from what was decided: publish again after a restore."""


REMEDIES: Mapping[str, Remedy] = {
    "log.leaf_missing": Remedy.RESTORE,
    "log.leaf_orphan": Remedy.RESTORE,
    "log.leaf_differs": Remedy.RESTORE,
    "log.leaf_twice": Remedy.LOG,
    "log.leaf_broken": Remedy.LOG,
    "log.gap": Remedy.LOG,
    "log.tile_wrong": Remedy.LOG,
    "log.tile_missing": Remedy.LOG,
    "log.tile_extra": Remedy.LOG,
    "log.stamp": Remedy.KEYS,
    "log.head_missing": Remedy.LOG,
    "log.head_wrong": Remedy.LOG,
    "log.change_unlogged": Remedy.RESTORE,
    "log.checkpoint_unreadable": Remedy.LOG,
    "log.checkpoint_signature": Remedy.KEYS,
    "log.checkpoint_row": Remedy.LOG,
    "log.checkpoint_ahead": Remedy.LOG,
    "log.checkpoint_root": Remedy.LOG,
    "log.witness_key": Remedy.RESTORE,
    "log.witness_unknown": Remedy.RESTORE,
    "log.cosignature": Remedy.LOG,
    "keys.chain": Remedy.KEYS,
    "keys.identity": Remedy.KEYS,
    "keys.intent_altered": Remedy.RESTORE,
    "keys.intent_unreadable": Remedy.RESTORE,
    "keys.unknown_key": Remedy.KEYS,
    "keys.not_active": Remedy.KEYS,
    "keys.before_committed": Remedy.KEYS,
    "keys.signature": Remedy.KEYS,
    "keys.other_payload": Remedy.KEYS,
    "keys.no_intent": Remedy.KEYS,
    "keys.object_differs": Remedy.RESTORE,
    "keys.embedded_unread": Remedy.RESTORE,
    "keys.embedded_differs": Remedy.RESTORE,
    "keys.embedded_false": Remedy.KEYS,
    "keys.embedded_inactive": Remedy.KEYS,
    "keys.record_gap": Remedy.RESTORE,
    "keys.record_differs": Remedy.RESTORE,
    "keys.record_switch": Remedy.RESTORE,
    "keys.signed_while_stopped": Remedy.KEYS,
    "protocol.digest": Remedy.RESTORE,
    "protocol.document": Remedy.RESTORE,
    "protocol.no_life": Remedy.RESTORE,
    "protocol.people": Remedy.DECIDE,
    "protocol.not_proposed": Remedy.RESTORE,
    "protocol.not_kept": Remedy.RESTORE,
    "protocol.withdrawal": Remedy.RESTORE,
    "protocol.revision": Remedy.RESTORE,
    "protocol.clearance": Remedy.RESTORE,
    "certification.no_decision": Remedy.DECIDE,
    "certification.decision_differs": Remedy.DECIDE,
    "certification.no_conclusion": Remedy.DECIDE,
    "certification.conclusion_digest": Remedy.DECIDE,
    "certification.not_concluded": Remedy.DECIDE,
    "certification.not_passed": Remedy.DECIDE,
    "certification.version_differs": Remedy.DECIDE,
    "certification.scope": Remedy.DECIDE,
    "certification.credential_differs": Remedy.RESTORE,
    "decision.sequence": Remedy.RESTORE,
    "decision.quorum": Remedy.DECIDE,
    "decision.tally": Remedy.DECIDE,
    "decision.took_part": Remedy.DECIDE,
    "decision.conflict": Remedy.DECIDE,
    "decision.document": Remedy.RESTORE,
    "decision.not_made": Remedy.RESTORE,
    "batch.credential_differs": Remedy.RESTORE,
    "batch.document": Remedy.RESTORE,
    "release.unmet": Remedy.DECIDE,
    "release.waiver_person": Remedy.DECIDE,
    "release.waiver_document": Remedy.RESTORE,
    "labels.range_bounds": Remedy.LABELS,
    "labels.range_overlap": Remedy.LABELS,
    "labels.range_gap": Remedy.LABELS,
    "labels.range_payload": Remedy.RESTORE,
    "labels.void_bounds": Remedy.LABELS,
    "labels.void_overlap": Remedy.LABELS,
    "labels.void_unreserved": Remedy.LABELS,
    "labels.ledger_missing": Remedy.RESTORE,
    "labels.ledger_differs": Remedy.RESTORE,
    "labels.ledger_quota": Remedy.LABELS,
    "labels.over_quota": Remedy.LABELS,
    "labels.document": Remedy.RESTORE,
    "labels.unsealed": Remedy.LABELS,
    "labels.reprint": Remedy.LABELS,
    "labels.loss_open": Remedy.LABELS,
    "rolls.bounds": Remedy.LABELS,
    "rolls.bound_twice": Remedy.LABELS,
    "rolls.bound_void": Remedy.LABELS,
    "rolls.counts": Remedy.RESTORE,
    "rolls.document": Remedy.RESTORE,
    "rolls.payload": Remedy.RESTORE,
    "rolls.unsealed": Remedy.LABELS,
    "boxes.contents": Remedy.RESTORE,
    "boxes.unit_twice": Remedy.RESTORE,
    "boxes.steps": Remedy.RESTORE,
    "boxes.document": Remedy.RESTORE,
    "boxes.payload": Remedy.RESTORE,
    "recalls.digest": Remedy.RESTORE,
    "recalls.document": Remedy.RESTORE,
    "recalls.items": Remedy.RESTORE,
    "recalls.closed_alone": Remedy.RESTORE,
    "recalls.drill_acted": Remedy.RESTORE,
    "recalls.not_stopped": Remedy.RECALL,
    "recalls.halfway": Remedy.RECALL,
    "recalls.units": Remedy.RESTORE,
    "status.slot_missing": Remedy.STATUS,
    "status.slot_orphan": Remedy.STATUS,
    "status.slot_differs": Remedy.STATUS,
    "status.revoked_differs": Remedy.STATUS,
    "status.suspended_differs": Remedy.STATUS,
    "status.epoch_behind": Remedy.STATUS,
    "status.edition_gap": Remedy.STATUS,
    "status.epoch_back": Remedy.STATUS,
    "status.list_differs": Remedy.STATUS,
    "status.unrevoked": Remedy.STATUS,
    "status.list_unreadable": Remedy.STATUS,
    "status.bundle_epoch": Remedy.STATUS,
    "evidence.revision_gap": Remedy.RESTORE,
    "evidence.revises": Remedy.RESTORE,
    "evidence.answer_digest": Remedy.RESTORE,
    "evidence.file_digest": Remedy.RESTORE,
    "evidence.file_differs": Remedy.RESTORE,
    "evidence.other_audit": Remedy.RESTORE,
    "evidence.checklist_digest": Remedy.RESTORE,
    "evidence.declaration": Remedy.RESTORE,
    "evidence.agreement": Remedy.RESTORE,
    "evidence.conclusion_digest": Remedy.RESTORE,
    "evidence.conclusion_differs": Remedy.RESTORE,
    "evidence.concluded_alone": Remedy.RESTORE,
    "events.digest": Remedy.RESTORE,
    "events.counts": Remedy.RESTORE,
    "events.movement": Remedy.RESTORE,
    "lots.empty": Remedy.RESTORE,
    "lots.answer": Remedy.RESTORE,
    "lots.gained": Remedy.RESTORE,
    "lots.units": Remedy.RESTORE,
    "lots.circle": Remedy.RESTORE,
    "papers.not_ordered": Remedy.RESTORE,
    "papers.orphan": Remedy.RESTORE,
    "papers.lost": Remedy.RESTORE,
    "papers.digest": Remedy.RESTORE,
    "papers.unreadable": Remedy.RESTORE,
    "papers.credential": Remedy.RESTORE,
    "transitions.sequence": Remedy.RESTORE,
    "transitions.illegal": Remedy.RESTORE,
    "transitions.time": Remedy.RESTORE,
    "transitions.reason": Remedy.RESTORE,
    "transitions.actor": Remedy.RESTORE,
    "transitions.nothing": Remedy.RESTORE,
    "transitions.state": Remedy.RESTORE,
    "transitions.no_decision": Remedy.RESTORE,
    "transitions.not_carried_out": Remedy.RESTORE,
    "row.check": Remedy.RESTORE,
    "row.twice": Remedy.RESTORE,
    "row.orphan": Remedy.RESTORE,
    "row.value": Remedy.RESTORE,
    "row.unreadable": Remedy.RESTORE,
}
"""Every code of a breach, and its remedy."""


@dataclass(frozen=True)
class Breach:
    """``invariant`` is the number in the architecture's list; ``id`` is of the row in ``table``."""

    invariant: int
    table: str
    id: str
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def remedy(self) -> Remedy:
        return REMEDIES[self.code]


def breach(invariant: int, table: str, id: object, code: str, **params: Param) -> Breach:
    return Breach(invariant, table, str(id), code, params)
