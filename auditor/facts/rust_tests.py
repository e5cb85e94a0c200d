"""Which lines of a Rust file belong to its test modules: they are compiled for tests only."""

from __future__ import annotations

__all__ = ["rust_test_lines"]

_ONLY_IN_TESTS = "#[cfg(test)]"


def rust_test_lines(lines: tuple[str, ...]) -> frozenset[int]:
    """The lines, counted from 1, of every module below ``#[cfg(test)]``; it ends at the brace of its own indentation."""
    found: set[int] = set()
    end = ""
    armed = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if end:
            found.add(number)
            end = "" if line.rstrip() == end else end
        elif text == _ONLY_IN_TESTS:
            armed = True
        elif armed and text and not text.startswith("#"):
            armed = False
            if text.endswith("{") and "mod " in text:
                end = line[: len(line) - len(line.lstrip())] + "}"
    return frozenset(found)
