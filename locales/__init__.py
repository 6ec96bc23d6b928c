"""In which words: catalogues, lexicon, lessons, numbers, dates. Uses nothing above it."""

from locales.catalogue import LANGUAGES
from locales.dates import ZONE, Week, local
from locales.render import FORMS_OF_ADDRESS, Reader, render
from locales.sentence import Joined, Sentence, Text, _, lines, listed

__all__ = [
    "FORMS_OF_ADDRESS",
    "LANGUAGES",
    "ZONE",
    "Joined",
    "Reader",
    "Sentence",
    "Text",
    "Week",
    "_",
    "lines",
    "listed",
    "local",
    "render",
]
