"""Text that was decoded with the wrong code page on its way: UTF-8 read as Windows-1252."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["repaired"]

_SIGNS = pattern(
    r"[\x{C2}-\x{F4}][\x{80}-\x{BF}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17D}\x{17E}\x{192}\x{2C6}\x{2DC}\x{2013}-\x{2122}]"
)
_UNDEFINED = {0x81: 0x81, 0x8D: 0x8D, 0x8F: 0x8F, 0x90: 0x90, 0x9D: 0x9D}


def repaired(line: str) -> tuple[str, bool]:
    """The line as it was meant, and whether that differs. A line that is no such accident stays as it is."""
    if line.isascii() or not _SIGNS.search(line):
        return line, False
    try:
        mended = bytes(_byte(character) for character in line).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return _by_words(line)
    return mended, mended != line


def _by_words(line: str) -> tuple[str, bool]:
    """Mend word by word, where other characters of the line were never broken."""
    parts = line.split(" ")
    mended = [repaired(part)[0] if len(parts) > 1 else part for part in parts]
    return " ".join(mended), mended != parts


def _byte(character: str) -> int:
    if ord(character) in _UNDEFINED:
        return ord(character)
    return character.encode("cp1252")[0]
