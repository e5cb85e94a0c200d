"""What GitHub workflows and GitLab pipelines have in common: jobs of steps that run shell programs."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.matrix import NO_MATRIX, Matrix
from auditor.facts.shell_program import ShellProgram

__all__ = ["NOTHING", "Expression", "Input", "Job", "Need", "Setting", "Step", "setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A named value with its line; line 0 where it is not set."""

    name: str
    text: str
    line: int

    @property
    def is_set(self) -> bool:
        """Whether it stands in the file."""
        return self.line > 0


NOTHING = Setting(name="", text="", line=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression (``${{ text }}``, or the text of an ``if``) and the line it begins on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input or secret that whoever starts or calls a workflow or an action gives.

    It is `optional` where it says itself that it is not required, and `boolean` where that is its type; `options` are what
    it may be, where it is a choice.
    """

    name: str
    required: bool
    default: str
    line: int
    optional: bool = False
    boolean: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A job that must be done before."""

    job: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: an action (`uses`) or a shell program; `inputs` are what it passes ``with``."""

    name: str
    id: str
    line: int
    end_line: int
    uses: Setting = NOTHING
    inputs: tuple[Setting, ...] = ()
    env: tuple[Setting, ...] = ()
    program: ShellProgram | None = None
    shell: str = ""
    condition: Setting = NOTHING
    continue_on_error: Setting = NOTHING
    working_directory: Setting = NOTHING
    keys: tuple[Setting, ...] = ()

    @property
    def action(self) -> str:
        """The name of the action without its version, in lower case."""
        return self.uses.text.partition("@")[0].lower()

    def given(self, name: str) -> str:
        """The input of this name that it passes; empty where it passes none."""
        return next((one.text for one in self.inputs if one.name == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. Where it calls a workflow (`uses`), `inputs` are what it passes ``with``, `secrets` the secrets.

    A job that passes all its secrets has one of the name ``inherit``. `never` is what keeps it from ever running.
    """

    id: str
    name: str
    line: int
    end_line: int
    runs_on: str = ""
    needs: tuple[Need, ...] = ()
    condition: Setting = NOTHING
    env: tuple[Setting, ...] = ()
    environment: Setting = NOTHING
    outputs: tuple[Setting, ...] = ()
    matrix: Matrix = NO_MATRIX
    uses: Setting = NOTHING
    inputs: tuple[Setting, ...] = ()
    secrets: tuple[Setting, ...] = ()
    continue_on_error: Setting = NOTHING
    working_directory: str = ""
    container: bool = False
    services: bool = False
    manual: bool = False
    never: Setting = NOTHING
    steps: tuple[Step, ...] = ()
    expressions: tuple[Expression, ...] = ()
    keys: tuple[Setting, ...] = ()

    @property
    def hosted(self) -> bool:
        """Whether it runs on a machine that is made for it and thrown away afterwards."""
        return self.runs_on.startswith(("ubuntu-", "windows-", "macos-")) and not self.container


def setting(name: str, text: str, line: int) -> Setting:
    """A value that is set."""
    return Setting(name=name, text=text, line=line)
