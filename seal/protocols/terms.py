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
    """What kind of value answers a question about a producer. Unknown is a value of each."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    MULTI = "multi"


class Change(StrEnum):
    """What a version is against the one before it (CERTIFICATION C2 1)."""

    EDITORIAL = "editorial"
    CLARIFYING = "clarifying"
    STRICTER = "stricter"
    LOOSER = "looser"


class Grain(StrEnum):
    """What one answer to a point speaks of: a point with a finer grain is answered once for each unit."""

    PRODUCER = "producer"
    SITE = "site"
    PRODUCT = "product"
    LOT = "lot"
    WORKER = "worker"


class Aggregate(StrEnum):
    """How the answers of several units become the one answer of a point."""

    WORST = "worst"
    MEAN = "mean"
    ALL = "all"


class SampleOf(StrEnum):
    """What a sample is drawn from."""

    LOTS = "lots"
    PRODUCTS = "products"
    SITES = "sites"
    WORKERS = "workers"
    RECORDS = "records"
    PIECES = "pieces"
    ANIMALS = "animals"
    HIVES = "hives"


class ReplicateRule(StrEnum):
    """Which value of several readings counts."""

    MEAN = "mean"
    MEDIAN = "median"
    WORST = "worst"


class DecisionRule(StrEnum):
    """How a measured value meets its limit (ILAC-G8)."""

    SIMPLE = "simple"
    GUARD_BAND = "guard_band"
    """An uncertainty is typed, and the value must stay inside the limit by at least that much."""


class Every(StrEnum):
    """How often a batch test is due."""

    BATCH = "batch"
    SEASON = "season"
    BATCH_OR_SEASON = "batch_or_season"
    """One result a season serves all its batches, or each batch has its own."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CONSIGNMENT = "consignment"
    """Each lot of raw material that came in from outside."""
    DYE_LOT = "dye_lot"
    RECIPE_CHANGE = "recipe_change"


class Override(StrEnum):
    """Who may let a batch go although a test is missing or failed."""

    NONE = "none"
    TWO_PERSONS = "two_persons"


class Release(StrEnum):
    """Whether a batch waits for the result of a test."""

    POSITIVE = "positive"
    """Sealed only once the result is in and good."""
    CONDITIONAL = "conditional"
    """May be sealed while the sample is at the laboratory: what perishes cannot wait (CERTIFICATION D 28)."""


class Period(StrEnum):
    """Over which time a capacity counts."""

    BATCH = "batch"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"


class Formula(StrEnum):
    """The fixed catalogue of ways to work out what can be made (``capacity.py``)."""

    PER_BASIS = "per_basis"
    YIELD = "yield"
    LITRES_PER_KG = "litres_per_kg"
    SOLUBLE_SOLIDS = "soluble_solids"


class SerialLevel(StrEnum):
    """What carries a number of its own."""

    UNIT = "unit"
    LOT = "lot"
    PIECE = "piece"


class Allergen(StrEnum):
    """The fourteen of Regulation (EU) 1169/2011, Annex II."""

    GLUTEN = "gluten"
    CRUSTACEANS = "crustaceans"
    EGGS = "eggs"
    FISH = "fish"
    PEANUTS = "peanuts"
    SOYA = "soya"
    MILK = "milk"
    NUTS = "nuts"
    CELERY = "celery"
    MUSTARD = "mustard"
    SESAME = "sesame"
    SULPHITES = "sulphites"
    LUPIN = "lupin"
    MOLLUSCS = "molluscs"


class SiteKind(StrEnum):
    """Kinds of site that a condition may name: those of the members' book."""

    FIELD = "field"
    APIARY = "apiary"
    WORKSHOP = "workshop"
    KITCHEN = "kitchen"
    EXTRACTION = "extraction"
    STORE = "store"
    SHARED_ROOM = "shared_room"


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
    NORM_POINTS = "norm_points"
    RANK_AVERAGE = "rank_average"
    DEDUCTIONS = "deductions"
    NO_FAILURE = "no_failure"
    FAILED_COUNT = "failed_count"
    PANEL = "panel"
    NO_FALL = "no_fall"
    PLAN_KEPT = "plan_kept"


class Repeat(StrEnum):
    """What a major nonconformity brings when it comes back within two cycles."""

    SUSPEND = "suspend"
