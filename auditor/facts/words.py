"""Words, all of them looked for in one pass over the bytes of a file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import re2

__all__ = ["WordSet"]

_END = b"\x00\x00"
"""Put behind the bytes and looked for with the words: where it is not found, the matcher has given up."""
_MEMORY = 8 << 20


class WordSet:
    """Words as bytes. One pass of re2 for all of them takes as long as looking for five of them one by one.

    No word holds a zero byte. `memory` bounds, in bytes, what the matcher may remember: where that is not enough, the
    words are looked for one by one.
    """

    def __init__(self, words: Iterable[bytes], memory: int = _MEMORY) -> None:
        self.words = tuple(sorted(set(words)))
        self._memory = memory

    @cached_property
    def _matcher(self) -> Any:  # noqa: ANN401 - re2 has no types
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1  # bytes stand for themselves
        options.literal = True
        options.log_errors = False
        options.max_mem = self._memory
        made = re2.Set.SearchSet(options)
        for word in (*self.words, _END):
            made.Add(word)
        try:
            made.Compile()
        except re2.error:  # more words than fit
            return None
        return made

    def found_in(self, data: bytes) -> frozenset[bytes]:
        """Those of the words that stand in the bytes."""
        if not self.words:
            return frozenset()
        matcher = self._matcher
        places: list[int] = matcher.Match(data + _END) if matcher is not None else []
        if len(self.words) not in places:
            return frozenset(word for word in self.words if word in data)
        return frozenset([self.words[place] for place in places if place < len(self.words)])
