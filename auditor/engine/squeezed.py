"""Bytes, compressed for the cache and for the way between processes."""

from __future__ import annotations

import zlib

from auditor.engine.codec_program import CodecError

__all__ = ["expand", "squeeze"]

LARGEST = 128 * 1024 * 1024
"""Bytes that a row may have once it is expanded."""


def squeeze(data: bytes) -> bytes:
    """The data, compressed quickly."""
    return zlib.compress(data, 1)


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
