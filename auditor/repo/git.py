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

# Without it, GitPython raises when it is imported on a machine without git, and nobody hears what to do.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git.cmd import Git
from git.exc import GitCommandError, GitCommandNotFound

__all__ = ["SECONDS", "GitFailure", "GitRunner"]

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
_OWN = frozenset({*_ENVIRONMENT, "GIT_PYTHON_REFRESH"})
SECONDS = 300
"""After which a git that hangs (on a planted pipe, say) is killed."""


_INSTALL = "install git 2.38 or later"


class GitFailure(Exception):  # noqa: N818 - callers turn it into what it means for them
    """Git refused a command; the message is git's own."""


class GitRunner:
    """Runs git in one folder, and once it is found, on one git directory.

    `work_tree` overrides whatever the repository's configuration says.
    """

    def __init__(self, folder: Path, git_dir: str | None = None, work_tree: Path | None = None) -> None:
        self._git = Git(str(folder))
        self._options = [option for value in _CONFIGURATION for option in ("-c", value)]
        if git_dir is not None:
            self._options.append(f"--git-dir={git_dir}")
        if work_tree is not None:
            self._options.append(f"--work-tree={work_tree}")

    def run(self, *arguments: str) -> bytes:
        """What git prints. Raises GitFailure where it fails, UserError where there is no git."""
        try:
            output = self._git.execute(
                self._command(arguments),
                env=_ENVIRONMENT,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=SECONDS,
            )
        except GitCommandNotFound as error:
            raise UserError("git is not installed", remedy=_INSTALL) from error
        except GitCommandError as error:
            raise GitFailure(_reason(error)) from error
        except ValueError as error:  # a NUL byte in an argument
            raise GitFailure(str(error)) from error
        assert isinstance(output, bytes)
        return output

    def text(self, *arguments: str) -> str:
        """What git prints, as text without its last line end."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def start(self, *arguments: str) -> Git.AutoInterrupt:
        """Start a git that is spoken to through its standard input and output."""
        return self._git.execute(self._command(arguments), env=_ENVIRONMENT, istream=-1, as_process=True)

    def feed(self, lines: Iterable[str], *arguments: str) -> bytes:
        """What git prints when it is given `lines`. Raises GitFailure."""
        process = self.start(*arguments)
        assert process.proc is not None
        try:
            output, error = process.proc.communicate("".join(f"{line}\n" for line in lines).encode(), timeout=SECONDS)
        except subprocess.TimeoutExpired as expired:
            process.proc.kill()
            raise GitFailure("git does not answer") from expired
        if process.proc.returncode:
            raise GitFailure(error.decode("utf-8", "replace").strip())
        return bytes(output)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        # GitPython adds to the caller's environment and cannot take away from it, so env(1) does: GIT_DIR,
        # GIT_INDEX_FILE, GIT_CONFIG_COUNT and the like would make git read something else than was named.
        inherited = sorted(name for name in os.environ if name.startswith("GIT_") and name not in _OWN)
        prefix = ["env", *(word for name in inherited for word in ("-u", name))] if inherited else []
        return [*prefix, "git", "--no-pager", *self._options, *arguments]


def _reason(error: GitCommandError) -> str:
    text = str(error.stderr).strip()
    text = text.removeprefix("stderr:").strip().strip("'").strip()
    return text.removeprefix("fatal:").strip() or f"git ended with status {error.status}"
