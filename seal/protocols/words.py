"""The words of a structure by language. Spanish is whole; what another language lacks is Spanish, and known as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from seal.errors import BadInput, Reason
from seal.protocols import answer_types
from seal.protocols.model import Module, PointText, Texts
from seal.protocols.reading import misspelt, read
from seal.protocols.shapes import ModuleShape, ProtocolShape
from seal.protocols.source import Source
from seal.protocols.terms import FactType
from seal.protocols.text_shapes import PartialTextShape, TextShape

SPANISH = "es"
PARTS = tuple(field.name for field in fields(PointText))


@dataclass(frozen=True)
class Wanted:
    """The ids of a structure that need words, by key of the text file. Choices, criteria of a panel and columns of a
    table stand under their fact or point."""

    chapters: tuple[str, ...]
    facts: tuple[str, ...]
    batch_tests: tuple[str, ...]
    points: tuple[str, ...]
    notes: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]


def wanted(shape: ModuleShape) -> Wanted:
    """What words a structure needs."""
    choices = {
        fact: rule.choices
        for fact, rule in shape.facts.items()
        if rule.type in (FactType.CHOICE, FactType.MULTI) and rule.choices
    }
    for point in shape.points:
        if isinstance(point.answer, answer_types.ChoiceAnswer | answer_types.MultiAnswer):
            choices[point.id] = tuple(point.answer.choices)
        elif isinstance(point.answer, answer_types.PanelAnswer) and point.answer.criteria:
            choices[point.id] = point.answer.criteria
        elif isinstance(point.answer, answer_types.TableAnswer):
            choices[point.id] = point.answer.columns
    label = shape.label if isinstance(shape, ProtocolShape) else None
    return Wanted(
        chapters=tuple(chapter.id for chapter in shape.chapters),
        facts=tuple(shape.facts),
        batch_tests=tuple(test.id for test in shape.batch_tests) if isinstance(shape, ProtocolShape) else (),
        points=tuple(point.id for point in shape.points),
        notes=(*label.storage, *((label.after_opening,) if label.after_opening else ())) if label else (),
        choices=choices,
    )


def read_texts(words: Mapping[str, Source], shape: ModuleShape, faults: list[Reason]) -> dict[str, Texts]:
    """The texts of a structure, Spanish first; what is wrong is added to ``faults``."""
    found: dict[str, Texts] = {}
    for language in sorted(words, key=lambda name: (name != SPANISH, name)):
        source = words[language]
        try:
            text = read(TextShape, source) if language == SPANISH else read(PartialTextShape, source)
        except BadInput as error:
            faults.extend(error.reasons)
            continue
        wrong = list(check_texts(text, shape, source, language))
        faults.extend(wrong)
        if not wrong:
            found[language] = _texts(text, shape, found.get(SPANISH))
    return found


def check_texts(
    text: TextShape | PartialTextShape, shape: ModuleShape, source: Source, language: str
) -> Iterator[Reason]:
    """Words for nothing; and in Spanish, words that are missing. (What another language lacks is a warning.)"""
    if (text.id, text.version) != (shape.id, shape.version):
        yield source.fault("protocols.text_of_another", ("id",), id=shape.id, version=shape.version)
    if text.language != language:
        yield source.fault("protocols.text_language", ("language",), language=language)
    ids = wanted(shape)
    for key in ("chapters", "facts", "batch_tests", "points", "notes"):
        needed, given = getattr(ids, key), getattr(text, key)
        for missing in needed:
            if missing not in given and language == SPANISH:
                yield source.fault("protocols.words_missing", (key,), id=missing)
        for extra in given:
            if extra not in needed:
                yield misspelt(source, "protocols.unknown_id", (key, extra), extra, needed)
    if isinstance(shape, ProtocolShape):
        grades = [grade.id for grade in shape.scoring.grades]
        for extra in text.grades:
            if extra not in grades:
                yield misspelt(source, "protocols.unknown_id", ("grades", extra), extra, grades)
    for owner, needed in ids.choices.items():
        given = text.choices.get(owner, {})
        for missing in needed:
            if missing not in given and language == SPANISH:
                yield source.fault("protocols.words_missing", ("choices", owner), id=missing)
        for extra in given:
            if extra not in needed:
                yield misspelt(source, "protocols.unknown_id", ("choices", owner, extra), extra, needed)
    for extra in text.choices:
        if extra not in ids.choices:
            yield misspelt(source, "protocols.unknown_id", ("choices", extra), extra, ids.choices)


def _texts(text: TextShape | PartialTextShape, shape: ModuleShape, spanish: Texts | None) -> Texts:
    """Words bound to the ids of the structure, Spanish ones where there are none."""
    own = Texts(
        language=text.language,
        title=text.title or "",
        chapters={f"{shape.id}.{chapter}": words for chapter, words in text.chapters.items()},
        facts=text.facts,
        batch_tests=text.batch_tests,
        points={
            point: PointText(**{part: getattr(words, part) for part in PARTS}) for point, words in text.points.items()
        },
        summary=text.summary or "",
        choices=text.choices,
        grades=text.grades,
        notes=text.notes,
    )
    return own if spanish is None else filled(own, spanish)


def filled(own: Texts, spanish: Texts) -> Texts:
    """``own`` with Spanish words where it has none, and the places of those."""
    lacking: set[tuple[str, ...]] = set(own.untranslated)

    def word(given: str, fallback: str, *path: str) -> str:
        if not given and fallback:
            lacking.add(path)
        return given or fallback

    def words(key: str) -> dict[str, str]:
        given: Mapping[str, str] = getattr(own, key)
        return {id_: word(given.get(id_, ""), said, key, id_) for id_, said in getattr(spanish, key).items()}

    nothing = PointText("", "")
    points = {
        point: PointText(
            **{
                part: word(getattr(own.points.get(point, nothing), part), getattr(said, part), "points", point, part)
                for part in PARTS
            }
        )
        for point, said in spanish.points.items()
    }
    choices = {
        owner: {
            choice: word(own.choices.get(owner, {}).get(choice, ""), said, "choices", owner, choice)
            for choice, said in several.items()
        }
        for owner, several in spanish.choices.items()
    }
    return Texts(
        language=own.language,
        title=word(own.title, spanish.title, "title"),
        chapters=words("chapters"),
        facts=words("facts"),
        batch_tests=words("batch_tests"),
        points=points,
        summary=word(own.summary, spanish.summary, "summary"),
        choices=choices,
        grades=words("grades"),
        notes=words("notes"),
        untranslated=frozenset(lacking),
    )


def merged(language: str, modules: tuple[Module, ...]) -> Texts:
    """The words of a protocol with its modules; a module without the language speaks Spanish, and is known to."""
    each = [part.texts.get(language) or _foreign(language, part.texts[SPANISH]) for part in modules]
    return Texts(
        language=language,
        title=each[0].title,
        chapters={key: words for text in each for key, words in text.chapters.items()},
        facts={key: words for text in each for key, words in text.facts.items()},
        batch_tests=each[0].batch_tests,
        points={key: words for text in each for key, words in text.points.items()},
        summary=each[0].summary,
        choices={key: words for text in each for key, words in text.choices.items()},
        grades=each[0].grades,
        notes=each[0].notes,
        untranslated=each[0].untranslated
        | {
            path
            for text in each[1:]
            for path in text.untranslated
            if path[0] in ("chapters", "facts", "points", "choices")
        },
    )


def _foreign(language: str, spanish: Texts) -> Texts:
    """A language of which a module has no word at all."""
    empty = Texts(language, "", {}, {}, {}, {})
    return filled(empty, spanish)
