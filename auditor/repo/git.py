"""Runs git so that nothing configured in the audited repository, or around the caller, takes effect.

Only plumbing is run that starts no other program; what could still start one (fsmonitor, hooks, filters,
pagers, credential helpers, remote transports) is overridden on the command line, which outranks every
configuration file (https://git-scm.com/docs/git-config#SCOPES). No object is fetched.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from auditor.errors import UserError

__all__ = ["SECONDS", "Asked", "GitFailure", "GitRunner"]

_CONFIGURATION = (
    "advice.graftFileDeprecated=false",
    "core.alternateRefsCommand=",
    "core.askPass=",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.preloadIndex=true",
    "core.quotePath=false",
    "core.sshCommand=false",
    "core.untrackedCache=false",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.directory=*",
    "submodule.recurse=false",
    "trace2.eventTarget=",
    "trace2.normalTarget=",
    "trace2.perfTarget=",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS": "",
    "LC_ALL": "C",
}
SECONDS = 300
"""After which a git that hangs (on a planted pipe, say) is killed."""


_INSTALL = "install git 2.38 or later"


class GitFailure(Exception):  # noqa: N818 - callers turn it into what it means for them
    """Git refused a command; the message is git's own."""


class Asked:
    """A git that was started: its answer, or its end."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def answer(self, given: bytes | None = None) -> bytes:
        """What git prints, when it is given these bytes. Raises GitFailure where it fails, or does not end in time."""
        try:
            output, error = self._process.communicate(given, timeout=SECONDS)
        except subprocess.TimeoutExpired as expired:
            raise GitFailure("git does not answer") from expired
        finally:
            self.end()
        if self._process.returncode:
            raise GitFailure(_reason(error, self._process.returncode))
        return output

    def end(self) -> None:
        """End it, if it has not ended: nobody waits for its answer any more."""
        with self._process as process:
            if process.poll() is None:
                process.kill()


class GitRunner:
    """Runs git in one folder, and once it is found, on one git directory.

    `work_tree` overrides whatever the repository's configuration says.
    """

    def __init__(self, folder: Path, git_dir: str | None = None, work_tree: Path | None = None) -> None:
        self._folder = folder
        self._options = [option for value in _CONFIGURATION for option in ("-c", value)]
        if git_dir is not None:
            self._options.append(f"--git-dir={git_dir}")
        if work_tree is not None:
            self._options.append(f"--work-tree={work_tree}")

    def run(self, *arguments: str) -> bytes:
        """What git prints. Raises GitFailure where it fails, UserError where there is no git."""
        return self.ask(*arguments).answer()

    def text(self, *arguments: str) -> str:
        """What git prints, as text without its last line end."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def feed(self, lines: Iterable[str], *arguments: str) -> bytes:
        """What git prints when it is given `lines`. Raises GitFailure."""
        given = "".join(f"{line}\n" for line in lines).encode()
        return Asked(self._started(subprocess.PIPE, arguments)).answer(given)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a git that is spoken to through its standard input and output. Raises as `run` does."""
        return self._started(subprocess.PIPE, arguments)

    def ask(self, *arguments: str) -> Asked:
        """Start a git whose answer is wanted later. Raises as `run` does."""
        return Asked(self._started(subprocess.DEVNULL, arguments))

    def _started(self, given: int, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        command = ["git", "--no-pager", *self._options, *arguments]
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(  # noqa: S603 - plumbing that starts no other program, see above
                command, cwd=self._folder, env=_environment(), stdin=given, stdout=pipe, stderr=pipe
            )
        except OSError as error:
            raise UserError("git is not installed", remedy=_INSTALL) from error
        except ValueError as error:  # a NUL byte in an argument
            raise GitFailure(str(error)) from error


def _environment() -> dict[str, str]:
    """That of the caller without what would make git read something else than was named, such as GIT_DIR and GIT_INDEX_FILE."""
    return {name: text for name, text in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT


def _reason(error: bytes, status: int) -> str:
    return error.decode("utf-8", "replace").strip().removeprefix("fatal:").strip() or f"git ended with status {status}"
