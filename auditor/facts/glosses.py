"""The words of decision in other languages, each read as an English one: data, as English itself is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from auditor.facts.pattern import Pattern, pattern
from auditor.resources import resource_text

__all__ = ["GLOSSES_FILE", "Language", "language_of"]

GLOSSES_FILE = "vocabulary/glosses.yaml"
_ENGLISH = pattern(r"(?i)\b(?:the|and|of|to|is|are|with|this)\b")
_READ = 30_000
"""So many characters tell in which language a text is."""
_FEWEST = 6
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґı"
_LATIN = (
    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
    "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", "i", "yi", "ye", "g", "i",
)  # fmt: skip
_LETTERS = str.maketrans(
    dict(zip(_CYRILLIC, _LATIN, strict=True)) | dict(zip(_CYRILLIC[:-1].upper(), _LATIN[:-1], strict=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language: the words by which it is known, and what its words are read as, in this order."""

    name: str
    marks: Pattern
    glosses: tuple[tuple[Pattern, str], ...]

    def english(self, text: str) -> str:
        """The text with the words of decision in English, and all others without accents."""
        text = _plain_letters(text)
        for found, word in self.glosses:
            text = found.sub(word, text)
        return text


def language_of(text: str) -> Language | None:
    """The language that a text is written in, where that is one of those that are known besides English."""
    head = _plain_letters(text[:_READ])
    counts = {language.name: _count(language.marks, head) for language in _languages()}
    best = max(_languages(), key=lambda language: counts[language.name])
    is_foreign = counts[best.name] >= max(_FEWEST, _count(_ENGLISH, head))
    return best if is_foreign else None


def _count(found: Pattern, text: str) -> int:
    return sum(1 for _ in found.finditer(text))


def _plain_letters(text: str) -> str:
    # marks go first as well: to put many after one letter in order takes time that grows with the square of their number
    folded = unicodedata.normalize("NFD", _without_marks(text.replace("\u2019", "'").translate(_LETTERS)))
    return _without_marks(folded)


def _without_marks(text: str) -> str:
    return text if text.isascii() else "".join(letter for letter in text if not unicodedata.combining(letter))


@cache
def _languages() -> tuple[Language, ...]:
    """Every language of the file."""
    import yaml  # noqa: PLC0415 - listing the rules looks no word up

    content: dict[str, dict[str, Any]] = yaml.safe_load(resource_text(GLOSSES_FILE))
    return tuple(
        Language(
            name=name,
            marks=pattern(f"(?i){row['marks']}"),
            glosses=tuple((pattern(f"(?i){found}"), word) for found, word in row["glosses"]),
        )
        for name, row in content.items()
    )
