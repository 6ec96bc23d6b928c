"""Single words that decide what stands beside them: "được" leads to a number, "chị" to a name."""

from __future__ import annotations

from functools import cache
from itertools import product

from handlers.understanding.fold import key
from handlers.understanding.words import spellings
from locales.lexicon import phrases_of


def typed(table: str, name: str) -> frozenset[str]:
    return frozenset(form for phrase in phrases_of(table, name) if " " not in phrase for form in spellings(key(phrase)))


@cache
def range_words() -> frozenset[str]:
    return typed("number_joints", "range")


@cache
def leads_to_number() -> frozenset[str]:
    return typed("neighbours", "leads_to_number")


@cache
def via() -> frozenset[str]:
    return typed("neighbours", "via")


@cache
def has() -> frozenset[str]:
    return typed("neighbours", "has")


@cache
def hotlines() -> frozenset[str]:
    return frozenset(phrases_of("neighbours", "hotlines"))


@cache
def left() -> frozenset[str]:
    """Before a number: so many are not done yet."""
    return typed("neighbours", "left")


@cache
def states() -> frozenset[str]:
    """Between people and an indicator: they have it already."""
    return _whole("states")


@cache
def deeds() -> frozenset[str]:
    """Between people and an indicator: it was done for them."""
    return _whole("deeds")


@cache
def teaching() -> frozenset[str]:
    """What a session is held for, before its topic."""
    return _whole("teaching")


@cache
def our_village_has() -> frozenset[str]:
    return _whole("our_village_has")


def _whole(name: str) -> frozenset[str]:
    """Phrases of several words, with and without marks."""
    rows = [[spellings(key(word)) for word in phrase.split()] for phrase in phrases_of("neighbours", name)]
    return frozenset(" ".join(form) for row in rows for form in product(*row))


@cache
def pronouns() -> frozenset[str]:
    return typed("neighbours", "pronouns")


@cache
def begins_like_verb() -> frozenset[str]:
    return typed("neighbours", "begins_like_verb")


@cache
def name_like() -> frozenset[str]:
    """Words that are names after a title, whatever else they mean."""
    return typed("neighbours", "name_like") | frozenset(
        form for table in ("digits", "last_digits") for value in "123456789" for form in typed(table, value)
    )


@cache
def titles() -> dict[str, str]:
    marked = {key(phrase): strength for strength in ("weak", "strong") for phrase in phrases_of("titles", strength)}
    bare = {form: strength for word, strength in marked.items() for form in spellings(word)}
    numbers_too = dict.fromkeys(bare.keys() & name_like(), "weak")  # "ba" is bà, and three
    return {**bare, **marked, **numbers_too}


def title_strength(word: str) -> str | None:
    return titles().get(word)
