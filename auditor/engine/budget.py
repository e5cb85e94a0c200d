"""The time that one file may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["FILE_SECONDS", "OutOfTime", "time_budget"]

FILE_SECONDS = 120.0
"""Of processor time: two hundred times what the slowest file of any repository that we measured took. No honest file meets it."""

AGAIN = 1.0
"""Seconds of processor time after which it is raised once more: what is raised while Python collects garbage is lost."""


class OutOfTime(BaseException):  # no Exception: what it interrupts must not catch it
    """The time is up."""


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what runs within, after so many seconds of processor time of this process.

    What is judged must not depend on who else uses the machine, and nothing that runs within waits for anything: the bytes of
    a file are read before. Only the main thread of a process can be interrupted so, and only where the platform has timers; a call of native
    code is interrupted when it returns.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    fired: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        fired.append(number)
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
    try:
        yield
    except SystemError as error:  # what Python makes of it where native code gives a result although it was interrupted
        if fired:
            raise OutOfTime from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
