"""Which lesson did they mean: words as people type them, against the titles and topics of the lessons.

A word counts by how rare it is among the lessons, and hardly at all when it is a filler ("em ơi, chỉ bác cách … với").
A word that is ours is never taken for a misspelling of another; in a query with diacritics they are compared first.
A lesson is as near as the nearest of its phrases; what stays below `_ENOUGH` is not offered, so that talk about
the weather finds nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from handlers.understanding import fold, keyboards
from locales.lessons import Lesson, fillers

_ENOUGH = 0.6
_FILLER, _PERHAPS_FILLER, _UNKNOWN = 0.1, 0.3, 0.65
_OTHER_MARKS, _SAME_SOUND, _MISSPELT = 0.8, 0.85, 0.85
_SPELLING, _LETTERS, _SURE_LETTERS = 0.72, 82, 90
_TELLING = 1.05
"""So much must a phrase of several words weigh to be taken for meant wherever it stands in a story."""

_SOUNDS = (("tr", "ch"), ("gi", "d"), ("x", "s"), ("n", "l"), ("r", "d"))
"""First letters that the ear and the region mix up; after this, "xức" is spelt as "sức"."""

Weights = Mapping[str, float]
Groups = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A title or a topic: its words (by `fold.key`) with what each counts, and the telling ones without marks."""

    lesson: int
    weights: Weights
    words: str
    telling: bool


@dataclass(frozen=True, slots=True)
class _Index:
    """The phrases of a set of lessons, and their words by every way they may be typed."""

    phrases: tuple[_Phrase, ...]
    homes: Mapping[str, tuple[int, ...]]
    spellings: Groups
    sounds: Groups
    rarity: Weights

    def weight(self, word: str, unmarked: bool) -> float:
        """In a query without any mark "ho" may be a filler or a word of ours: then it counts a little."""
        bare = fold.bare_key(word)
        if word in _fillers() or (unmarked and bare in _bare_fillers()):
            return _PERHAPS_FILLER if unmarked and bare in self.rarity else _FILLER
        return self.rarity.get(bare, _UNKNOWN)

    def near(self, word: str, unmarked: bool) -> Weights:
        """The words of ours that a typed word may be, and how alike they are, from 0 to 1."""
        bare = fold.bare_key(word)
        if word in self.homes and not unmarked:
            return {word: 1.0}
        same = dict.fromkeys(self.spellings.get(bare, ()), 1.0 if unmarked else _OTHER_MARKS)
        if same and unmarked:
            return same
        return dict(self._misspelt(bare)) | dict.fromkeys(self.sounds.get(_sound(bare), ()), _SAME_SOUND) | same

    def _misspelt(self, bare: str) -> Iterator[tuple[str, float]]:
        if bare.isdigit():
            return
        scorer = OSA.normalized_similarity
        for known, alike, _ in process.extract(
            bare, self.spellings.keys(), scorer=scorer, score_cutoff=0.6, limit=None
        ):
            if _slip(bare, known, alike):
                yield from ((word, _MISSPELT * alike) for word in self.spellings[known])


def find(query: str, lessons: Sequence[Lesson], limit: int = 5) -> tuple[Lesson, ...]:
    """The lessons that the query names, best first; none when it names nothing of ours."""
    index = _index(tuple(lessons))
    best: dict[int, float] = defaultdict(float)
    for phrase, score in (near for words in _readings(query) for near in _phrases_near(words, index)):
        best[phrase.lesson] = max(best[phrase.lesson], score)
    found = sorted((-score, lesson) for lesson, score in best.items() if score >= _ENOUGH)
    return tuple(lessons[lesson] for _, lesson in found[:limit])


def _readings(query: str) -> Iterable[tuple[str, ...]]:
    """The words as typed, and as meant where the keyboard left its Telex or VNI letters ("luwaf ddaor")."""
    texts = (query, keyboards.undone(query))
    return dict.fromkeys(tuple(dict.fromkeys(map(fold.key, fold.words(text)))) for text in texts)


def _phrases_near(words: Sequence[str], index: _Index) -> Iterator[tuple[_Phrase, float]]:
    yield from _by_words(words, index)
    yield from _by_letters(words, index)


def _by_words(words: Sequence[str], index: _Index) -> Iterator[tuple[_Phrase, float]]:
    """Phrases that share words with the query, in any order: how much of each is covered by the other."""
    unmarked = not any(map(fold.has_marks, words))
    near = {word: index.near(word, unmarked) for word in words}
    weights = {word: index.weight(word, unmarked) for word in words}
    telling = {own for word in words if weights[word] > _FILLER for own in near[word]}
    for phrase in (index.phrases[place] for place in {place for own in telling for place in index.homes[own]}):
        said = {word: max(near[word].get(own, 0.0) for own in phrase.weights) for word in words}
        meant = {own: max(alike.get(own, 0.0) for alike in near.values()) for own in phrase.weights}
        of_query = _covered(said, weights)
        yield phrase, (of_query * of_query * _covered(meant, phrase.weights)) ** (1 / 3)


def _covered(alike: Weights, weights: Weights) -> float:
    return sum(weight * alike[word] for word, weight in weights.items()) / sum(weights.values())


def _by_letters(words: Sequence[str], index: _Index) -> Iterator[tuple[_Phrase, float]]:
    """Phrases told inside a long story, and those with nearly the letters of the query: glued, cut or misspelt."""
    bare = [fold.bare_key(word) for word in words if word not in _fillers()]
    story, run = f" {' '.join(bare)} ", "".join(bare)
    yield from ((phrase, _ENOUGH) for phrase in index.phrases if phrase.telling and f" {phrase.words} " in story)
    if len(run) < 4:
        return
    runs = [phrase.words.replace(" ", "") for phrase in index.phrases]
    for known, score, place in process.extract(run, runs, scorer=fuzz.ratio, score_cutoff=_LETTERS, limit=None):
        phrase = index.phrases[place]
        if len(known) >= 4 and (score >= _SURE_LETTERS or phrase.words.count(" ") + 1 != len(bare)):
            yield phrase, score / 100


@lru_cache(maxsize=8)
def _index(lessons: tuple[Lesson, ...]) -> _Index:
    texts = [(place, text) for place, lesson in enumerate(lessons) for text in (lesson.title, *lesson.topics)]
    keyed = [(place, tuple(map(fold.key, fold.words(text)))) for place, text in texts]
    rarity = _rarity(((place, word) for place, words in keyed for word in words), len(lessons))
    phrases = tuple(_phrase(place, words, rarity) for place, words in keyed)
    homes = defaultdict(list)
    for place, phrase in enumerate(phrases):
        for word in phrase.weights:
            homes[word].append(place)
    return _Index(
        phrases=phrases,
        homes={word: tuple(places) for word, places in homes.items()},
        spellings=_grouped(homes, fold.bare_key),
        sounds=_grouped(homes, lambda word: _sound(fold.bare_key(word))),
        rarity=rarity,
    )


def _rarity(uses: Iterable[tuple[int, str]], lessons: int) -> Weights:
    """1 for a word of one lesson only, less the more lessons have it; fillers are left out."""
    users = Counter(bare for _, bare in {(at, fold.bare_key(word)) for at, word in uses if word not in _fillers()})
    return {bare: math.log(1 + lessons / count) / math.log(1 + lessons) for bare, count in users.items()}


def _phrase(lesson: int, words: Sequence[str], rarity: Weights) -> _Phrase:
    weights = {word: _FILLER if word in _fillers() else rarity[fold.bare_key(word)] for word in words}
    bare = " ".join(fold.bare_key(word) for word in words if word not in _fillers())
    telling = [weight for weight in weights.values() if weight > _FILLER]
    return _Phrase(lesson, weights, bare, len(telling) > 1 and sum(telling) >= _TELLING)


def _grouped(words: Iterable[str], by: Callable[[str], str]) -> Groups:
    groups = defaultdict(set)
    for word in words:
        groups[by(word)].add(word)
    return {name: frozenset(group) for name, group in groups.items()}


@cache
def _fillers() -> frozenset[str]:
    return frozenset(map(fold.key, fillers("vi")))


@cache
def _bare_fillers() -> frozenset[str]:
    return frozenset(map(fold.bare_key, _fillers()))


def _sound(bare: str) -> str:
    for written, heard in _SOUNDS:
        if bare.startswith(written):
            return heard + bare.removeprefix(written)
    return bare


def _slip(typed: str, known: str, alike: float) -> bool:
    """A slip of the finger: two letters swapped in a word of three; in one of four the first letter stands."""
    shortest = min(len(typed), len(known))
    if shortest == 3:
        return sorted(typed) == sorted(known)
    return shortest > 3 and alike >= _SPELLING and (shortest > 4 or typed[0] == known[0])
