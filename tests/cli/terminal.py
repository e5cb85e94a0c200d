"""A command at a real pseudo-terminal: what it prints there, and how it answers keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
PATIENCE = 120
"""Seconds after which a command that says nothing is taken for hanging."""
INTERRUPT = b"\x03"


class Terminal:
    """Runs ``auditor`` with a terminal of its own as standard input, output and error."""

    def __init__(
        self,
        home: Path,
        *arguments: object,
        rows: int = 24,
        columns: int = 80,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._master, ours = pty.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", **variables}
        command = [sys.executable, "-m", "auditor", *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=ours, stdout=ours, stderr=ours, env=environment, cwd=home, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - these tests have no threads
        )  # fmt: skip
        os.close(ours)
        self.raw = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    @property
    def shown(self) -> str:
        """What a reader sees of it: without sequences, the last text of each line."""
        plain = SEQUENCE.sub("", self.raw).replace("\r\n", "\n")
        return "\n".join(line.rpartition("\r")[2] for line in plain.split("\n"))

    def wait_for(self, text: str, after: int = 0) -> int:
        """Read until `text` is shown behind the place `after`; gives the place behind it."""
        while (found := self.shown.find(text, after)) < 0:
            assert self._read(), f"{text!r} was never shown:\n{self.shown}"
        return found + len(text)

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> int:
        """Read to the end; gives the exit status."""
        while self._read():
            pass
        return self._process.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        assert ready, f"nothing more is shown:\n{self.shown}"
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            return False
        self.raw += piece.decode("utf-8", "replace")
        return bool(piece)
