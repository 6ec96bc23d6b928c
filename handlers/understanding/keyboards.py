"""Leftovers of the two Vietnamese keyboards: "ddieemr danh" (Telex) and "d9ie6m3 danh" (VNI) read as meant.

A word is undone only when it is not a Vietnamese syllable as it stands and is one afterwards, so that
"vneid", "dvc" and other words of our trade stay what they are. Facts: Telex and VNI key tables, and the
closed list of Vietnamese onsets and rimes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from handlers.understanding.fold import bare_key, clean, key, split_tone

_SOUNDS = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_DIGITS = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_VOWELS = frozenset("aăâeêioôơuưy")

_ONSET_LIST = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIME_LIST = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
_ONSETS = frozenset(_ONSET_LIST.split()) | {""}
_RIMES = frozenset(_RIME_LIST.split())
_STOPS = ("c", "ch", "p", "t")
_LONGEST = 16
"""Keystrokes: "nghieengf" has nine. What follows looks back at every sign, which a hundred thousand of them turn into
a minute."""
_SHARP_OR_HEAVY = ("\u0301", "\u0323")


def is_syllable(letters: str, tone: str) -> bool:
    """Can this be a Vietnamese syllable? `letters` carry their quality marks, `tone` is one mark or ""."""
    for cut in (3, 2, 1, 0):
        if letters[:cut] in _ONSETS and letters[cut:] in _RIMES:
            return not letters.endswith(_STOPS) or tone in _SHARP_OR_HEAVY
    return False


@lru_cache(maxsize=8192)
def telex(word: str) -> str | None:
    """The key of a word with Telex leftovers ("hooj" -> that of "hộ"), or None where there is nothing to undo."""
    if len(word) > _LONGEST:
        return None
    letters, tone = split_tone(word.lower())
    if is_syllable(letters, tone) or (tone == "" and is_syllable(letters, "\u0301")):
        return None
    out: list[str] = []
    for sign in letters:
        if sign in _SOUNDS and not tone and _VOWELS.intersection(out):
            tone = _SOUNDS[sign]
        elif sign == "d" and out == ["d"]:
            out[0] = "đ"
        elif sign in _HATS and out and out[-1] == sign:
            out[-1] = _HATS[sign]
        elif sign == "w":
            _horn(out)
        else:
            out.append(sign)
    return _accepted("".join(out), tone, word)


@lru_cache(maxsize=8192)
def vni(word: str) -> str | None:
    """The key of a word with VNI leftovers ("ho65" -> that of "hộ"), or None where that gives no syllable."""
    if len(word) > _LONGEST:
        return None
    letters, tone = split_tone(word.lower())
    out: list[str] = []
    for sign in letters:
        if sign in _DIGITS and not tone:
            tone = _DIGITS[sign]
        elif sign == "6":
            _replace_last(out, _HATS)
        elif sign == "7":
            _horn(out)
        elif sign == "8":
            _replace_last(out, {"a": "ă"})
        elif sign == "9" and out and out[0] == "d":
            out[0] = "đ"
        else:
            out.append(sign)
    return _accepted("".join(out), tone, word)


def _accepted(letters: str, tone: str, word: str) -> str | None:
    found = key(_composed(letters, tone)) if is_syllable(letters, tone) else None
    return None if found == key(word) else found


def _replace_last(out: list[str], table: dict[str, str]) -> None:
    for at in range(len(out) - 1, -1, -1):
        if out[at] in table:
            out[at] = table[out[at]]
            return
    out.append("?")  # a mark without its letter: no syllable


def _horn(out: list[str]) -> None:
    """The w of Telex and the 7 of VNI: on "uo" both take the horn; Telex also uses w for ă."""
    text = "".join(out)
    pair = max(text.rfind("uo"), text.rfind("ưo"))
    if pair > 0 and not text.startswith("qu"):
        out[pair : pair + 2] = ["ư", "ơ"]
        return
    if not text or text[-1] not in _VOWELS | frozenset("ngmtpci"):
        out.append("ư")
        return
    _replace_last(out, {"a": "ă", "o": "ơ", "u": "ư"})


def _composed(letters: str, tone: str) -> str:
    """The word with its tone on the vowel that carries it; only for reading, the key does not depend on it."""
    if not tone:
        return letters
    start = 2 if letters.startswith(("qu", "gi")) and len(letters) > 2 else 0
    vowels = [at for at, sign in enumerate(letters) if sign in _VOWELS and at >= start]
    if not vowels:
        vowels = [at for at, sign in enumerate(letters) if sign in _VOWELS]
    marked = [at for at in vowels if not letters[at].isascii()]
    ends_open = vowels[-1] == len(letters) - 1
    at = marked[-1] if marked else vowels[-2] if ends_open and len(vowels) > 1 else vowels[-1]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


_WORD = re.compile(r"[^\W\d_]\w*")


def undone(text: str) -> str:
    """A text with its Telex and VNI leftovers read as meant, for searching: "ddieemr danh" -> "điểm danh"."""
    return _WORD.sub(_undone_word, clean(text))


@lru_cache(maxsize=16384)
def meant(word: str) -> str:
    """The key of one word, keyboard leftovers undone."""
    return key(undone(word))


def _undone_word(found: re.Match[str]) -> str:
    word = found.group()
    keyed = telex(word) if word.isalpha() else vni(word)
    if keyed is None or (not word.isalpha() and bare_key(keyed) == key(word)):
        return word
    return _composed(*split_tone(keyed))
