"""Rules of recalls: what is done with a batch, when one may be closed, and what counts as recovered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from seal.batches.book.model import Dimension, Lot, Standing
from seal.batches.model import Advice, State
from seal.traceability import picture, saying
from seal.traceability.recalls import documents, model
from seal.traceability.recalls.model import (
    Account,
    Act,
    Answer,
    AnswerKind,
    Cause,
    Item,
    Reached,
    Recall,
    Spread,
    Subject,
)
from seal.traceability.tracing import Where

AT = datetime(2026, 2, 3, 13, tzinfo=UTC)
JARS, HONEY, OPENER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
SHOP, FAR = (Where.ORGANISATION, UUID(int=10)), (Where.ORGANISATION, UUID(int=11))
REACHED = Reached(
    Subject(Cause.LOTS, (HONEY,)),
    (HONEY,),
    (HONEY, JARS),
    (Item(JARS, "L-1", 20, Act.RECALL), Item(OTHER, "L-2", 5, Act.HOLD, sibling=True)),
    (Spread(SHOP, JARS, 8, "1-8"), Spread(FAR, JARS, 2)),
    {HONEY: 4000},
)


def recall(*answers: Answer, **given: object) -> Recall:
    affected = documents.written(REACHED, AT)
    whole = Recall(
        UUID(int=20), UUID(int=21), 1, False, Cause.LOTS, "quality", "Tapas.", Advice.RETURN, AT, OPENER, AT, affected,
        REACHED, tuple(replace(one, done_at=AT) for one in REACHED.items), answers,
    )  # fmt: skip
    return replace(whole, **given)  # type: ignore[arg-type]


def answer(spot: model.Spot, kind: AnswerKind, minutes: int, found: int = 0, sold: int = 0) -> Answer:
    lot = JARS if kind is AnswerKind.COUNTED else None
    return Answer(UUID(int=30 + minutes), spot, kind, OPENER, AT + timedelta(minutes=minutes), lot, found, 0, sold)


@pytest.mark.parametrize(
    ("state", "sibling", "act"),
    [
        (State.SEALED, False, Act.RECALL),
        (State.ON_HOLD, False, Act.RECALL),
        (State.PENDING, False, Act.RECALL),
        (State.DECLARED, False, Act.HOLD),
        (State.HELD, False, Act.NONE),
        (State.REVOKED, False, Act.NONE),
        (State.RECALLED, False, Act.NONE),
        (State.SEALED, True, Act.HOLD),
        (State.ON_HOLD, True, Act.NONE),
        (State.DECLARED, True, Act.HOLD),
    ],
)
def test_what_is_done_with_a_batch(state: State, sibling: bool, act: Act) -> None:
    assert model.act_for(state, sibling=sibling) is act


def test_the_document_of_what_was_reached_is_read_back_and_its_digest_is_kept() -> None:
    assert documents.read(documents.written(REACHED, AT)) == REACHED
    assert recall().digest.hex() in documents.opened(recall(), did="did:web:aysen.example").decode()


def test_a_recall_is_closed_by_another_when_all_is_stopped_and_everybody_answered() -> None:
    names = {SHOP: "Puerto", FAR: "Lejos"}

    def codes(one: Recall, person: UUID, closing: str = "Listo.") -> list[str]:
        return [reason.code for reason in model.close_reasons(one, person, closing, names)]

    silent = recall(items=REACHED.items)
    assert codes(silent, OPENER, " ") == [
        "recall.closed_by_opener", "recall.items_waiting", "recall.place_silent", "recall.place_silent",
        "recall.closing_needed",
    ]  # fmt: skip
    told = recall(answer(SHOP, AnswerKind.TOLD, 1), answer(FAR, AnswerKind.UNREACHABLE, 2))
    assert codes(told, OTHER) == ["recall.place_silent"], "told is not answered"
    done = recall(*told.answers, answer(SHOP, AnswerKind.COUNTED, 9, found=7, sold=1))
    assert codes(done, OTHER) == []
    assert done.answer_time == timedelta(minutes=9)
    assert told.answer_time is None
    assert codes(replace(done, closed_at=AT), OTHER) == ["recall.closed"]
    assert replace(silent, drill=True).waiting == (), "a drill stops nothing"


def test_what_came_back_and_what_was_set_aside_is_the_same_jar_once() -> None:
    done = recall(answer(SHOP, AnswerKind.COUNTED, 9, found=5, sold=1))
    near, far = model.accounts(done, {(SHOP, JARS): 4})
    assert (near.recovered, near.missing) == (5, 2)
    assert (far.recovered, far.missing) == (0, 2)
    jar = Lot(JARS, UUID(int=21), UUID(int=22), "product", "L-1", Dimension.COUNT, Standing.OWN, AT)
    assert model.effectiveness((near, far), {JARS: jar}) == Fraction(1, 2)
    assert model.effectiveness((), {}) is None
    assert Account(SHOP, JARS, 3, back=9, sold=9).recovered == 3


def test_a_jar_that_was_counted_and_came_back_is_accounted_for_once() -> None:
    counted = Account(SHOP, JARS, 5, found=2, destroyed=1, sold=1)
    assert (counted.recovered, counted.missing, counted.over) == (3, 1, 0)
    back = replace(counted, back=4)
    assert (back.recovered, back.missing, back.over) == (4, 0, 1), (
        "four came back, one destroyed, one sold: six of five"
    )
    assert [replace(counted, back=some).over for some in range(4)] == [0, 0, 0, 0], "what was set aside may come back"
    assert replace(back, destroyed=0).over == 0


def test_a_recall_is_not_closed_over_accounts_that_contradict_each_other() -> None:
    done = recall(answer(SHOP, AnswerKind.COUNTED, 9, found=5, sold=2), answer(FAR, AnswerKind.UNREACHABLE, 2))
    for back, codes in ((6, []), (7, ["recall.place_over"])):
        known = model.accounts(done, {(SHOP, JARS): back})
        assert [one.code for one in model.close_reasons(done, OTHER, "Listo.", {}, known)] == codes


def test_a_recall_that_reaches_more_says_which_lots_are_under_another() -> None:
    first, second = recall(), recall(id=UUID(int=60), number=2)
    (found,) = model.under_others(second, [second, first])
    assert (found[0].number, found[1]) == (1, ("L-1",))
    assert model.under_others(first, [second, first]) == ()
    assert model.under_others(second, [replace(first, closed_at=AT)]) == ()
    assert model.under_others(second, [replace(first, drill=True)]) == ()


def test_shares_are_never_said_to_be_nothing_or_all_when_they_are_not() -> None:
    said = {Fraction(0): "0", Fraction(1): "100", Fraction(3, 8): "37.5", Fraction(1, 3): "33.33"}
    assert {share: saying.percent(share) for share in said} == said
    assert saying.percent(Fraction(1, 10**6)) == "<0.01"
    assert saying.percent(1 - Fraction(1, 10**6)) == "99.99"
    assert saying.fraction(Fraction(1, 10**12)) == ""


def test_a_picture_has_room_for_six_boxes_a_step_and_says_how_many_more() -> None:
    boxes = [picture.Box(number, f"L-{number}", "") for number in range(20)]
    few = picture._few(boxes, "y {count} más")
    assert (len(few), few[-1].title) == (6, "y 15 más")
    drawn = picture.placed([few])
    assert all(x >= 0 and x + picture._BOX <= picture.WIDTH + 0.01 for x, _, _ in drawn.boxes)
    assert len({(x, y) for x, y, _ in drawn.boxes}) == 6


def test_a_line_of_the_picture_joins_its_own_boxes_and_goes_behind_no_other() -> None:
    steps = [
        [picture.Box(f"{step}{place}", "", "") for place in range(count)] for step, count in enumerate((1, 5, 2, 1))
    ]
    drawn = picture.placed(steps)
    names = [box.id for _, _, box in drawn.boxes]
    pairs = [
        (one, other) for one in names for other in names if str(one)[0] < str(other)[0] or (one, other) == ("10", "11")
    ]
    at = {box.id: (x, y) for x, y, box in drawn.boxes}
    for (one, other), way in zip(pairs, picture.ways(drawn, pairs), strict=True):
        points = walked(way)
        assert at[one][0] < points[0][0] < at[one][0] + picture._BOX
        assert points[0][1] == at[one][1] + picture.HIGH
        assert at[other][0] < points[-1][0] < at[other][0] + picture._BOX
        assert points[-1][1] == at[other][1]
        for x, y in at.values():
            assert not any(x < a < x + picture._BOX and y < b < y + picture.HIGH for a, b in points), (one, other)


def walked(way: str) -> list[tuple[float, float]]:
    """Points along a path of M, v, V, H and L, a hundred for each part."""
    x = y = 0.0
    found: list[tuple[float, float]] = []
    for letter, numbers in re.findall(r"([MvVHL])([^A-Za-z]+)", way):
        given = [float(one) for one in numbers.split()]
        to = {"H": (given[0], y), "V": (x, given[0]), "v": (x, y + given[0])}.get(letter) or (given[0], given[1])
        steps = range(100, 101) if letter == "M" else range(1, 101)
        found += [(x + (to[0] - x) * n / 100, y + (to[1] - y) * n / 100) for n in steps]
        x, y = to
    return found
