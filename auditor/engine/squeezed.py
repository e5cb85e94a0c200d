"""Bytes, compressed for the cache and for the way between processes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from auditor.engine.codec_program import CodecError

__all__ = ["expand", "squeeze", "squeeze_pieces"]

LARGEST = 128 * 1024 * 1024
"""Bytes that a row may have once it is expanded."""


def squeeze(data: bytes) -> bytes:
    """The data, compressed quickly."""
    return zlib.compress(data, 1)


def squeeze_pieces(pieces: Iterable[bytes]) -> bytes:
    """What `squeeze` gives for all of them together."""
    packer = zlib.compressobj(1)
    return b"".join([*map(packer.compress, pieces), packer.flush()])


def expand(data: bytes) -> bytes:
    """What `squeeze` was given. Raises CodecError where it is damaged, or larger than any real one."""
    expander = zlib.decompressobj()
    try:
        plain = expander.decompress(data, LARGEST)
    except zlib.error as error:
        raise CodecError("damaged") from error
    if not expander.eof:
        raise CodecError("damaged")
    return plain
