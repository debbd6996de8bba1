"""The field's own words: levels, outcomes, ways of checking, models of custody. Their values are frozen."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    RECOMMENDATION = "recommendation"


class Outcome(StrEnum):
    """An answer to a control point. The last three are different things (CERTIFICATION A4)."""

    COMPLIANT = "compliant"
    PARTIAL = "partial"
    NON_COMPLIANT = "non_compliant"
    NOT_APPLICABLE = "not_applicable"
    NOT_AUDITED = "not_audited"
    DEFERRED = "deferred"


class Verify(StrEnum):
    """How a control point is checked (ISO 19011 6.4.7: sources and methods of evidence)."""

    DOCUMENT = "document"
    RECORDS = "records"
    LAB = "lab"
    OBSERVATION = "observation"
    INTERVIEW = "interview"
    MEASUREMENT = "measurement"
    EXERCISE = "exercise"


ON_SITE = frozenset({Verify.OBSERVATION, Verify.INTERVIEW, Verify.MEASUREMENT, Verify.EXERCISE})


class Part(StrEnum):
    """Where a point is checked: at the desk before travelling, or on the visit."""

    DESK = "desk"
    VISIT = "visit"


class NotApplicable(StrEnum):
    """Who may say that a point does not apply."""

    NEVER = "never"
    DERIVED = "derived"
    """Only the producer's facts; nobody types it."""
    JUSTIFY = "justify"
    """The auditor, with a written reason that the reviewer sees."""


class Review(StrEnum):
    """What an expert must still clear; shown wherever the point is shown."""

    NATIONAL_TEXT = "national_text"
    CALIBRATE = "calibrate"
    SOURCE_UNREAD = "source_unread"


class FactType(StrEnum):
    YES_NO = "yes_no"
    NUMBER = "number"


class Every(StrEnum):
    """How often a batch test is due."""

    BATCH = "batch"
    SEASON = "season"
    BATCH_OR_SEASON = "batch_or_season"
    """One result a season serves all its batches, or each batch has its own."""


class Tester(StrEnum):
    """Who tests, in rising order of independence."""

    SELF = "self"
    LAB = "lab"
    OFFICIAL = "official"


class ResultKind(StrEnum):
    NUMBER = "number"
    ABSENCE = "absence"
    """The result is ``absent`` or ``present``; it has no unit."""


class CustodyModel(StrEnum):
    """ISO 22095 models that a seal of origin may use; mass balance and book-and-claim are not among them."""

    IDENTITY_PRESERVED = "identity_preserved"
    SEGREGATED = "segregated"


class RuleKind(StrEnum):
    LEVEL_PERCENT = "level_percent"
    WEIGHTED_PERCENT = "weighted_percent"
    CHAPTER_MIN = "chapter_min"
    MAX_OPEN = "max_open"
