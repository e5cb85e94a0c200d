"""Runs the steps of a composite action as GitHub's runner does, as far as action.yml goes.

What is modelled: inputs with their defaults, `env` of a step, conditions and expressions of the forms that are used
there (any other one is an error), `bash --noprofile --norc -eo pipefail`, the files for outputs and summary, and
commands in what is printed. A step that uses another action is noted, and not run.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.formats.readers import runner_command

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
REFERENCE = re.compile(r"(inputs|steps)\.([\w.-]+)")
CONDITION = re.compile(r"inputs\.([\w-]+) (==|!=) '([^']*)'")


@dataclass
class Run:
    """What came of an action: its status, outputs, the summary, annotations, and the other actions that it asked for."""

    status: int = 0
    failed: str = ""
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    annotations: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


class Runner:
    """A runner with a workspace, and an action in a folder."""

    def __init__(self, action: Path, workspace: Path, temporary: Path) -> None:
        self.action = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))
        self.files = {name: temporary / name for name in ("output", "summary", "script")}
        self.steps: dict[str, dict[str, str]] = {}
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(self.files["output"]),
            "GITHUB_STEP_SUMMARY": str(self.files["summary"]),
            "RUNNER_TEMP": str(temporary),
        }
        self.workspace = workspace

    def run(self, **inputs: str) -> Run:
        """Run all steps; inputs are named with underscores."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= self.action["inputs"].keys()
        self.inputs = {name: one["default"] for name, one in self.action["inputs"].items()} | given
        done = Run()
        self.files["summary"].touch()
        for step in self.action["runs"]["steps"]:
            if self._wanted(step.get("if")):
                self._step(step, done)
            if done.status:
                break
        done.summary = self.files["summary"].read_text(encoding="utf-8")
        done.outputs = {name: self._text(one["value"]) for name, one in self.action["outputs"].items()}
        return done

    def _step(self, step: dict[str, Any], done: Run) -> None:
        if "uses" in step:
            done.used[step["uses"].partition("@")[0]] = {key: self._text(one) for key, one in step["with"].items()}
            return
        assert step["shell"] == "bash"
        self.files["output"].write_text("", encoding="utf-8")
        self.files["script"].write_text(step["run"], encoding="utf-8")
        environment = self.environment | {key: self._text(one) for key, one in step.get("env", {}).items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(self.files["script"])]
        ended = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=self.workspace, timeout=300
        )
        done.log += ended.stdout + ended.stderr
        done.annotations += commands(ended.stdout)
        self.steps[step.get("id", step["name"])] = outputs_of(self.files["output"].read_text(encoding="utf-8"))
        if ended.returncode:
            done.status, done.failed = ended.returncode, step["name"]

    def _wanted(self, condition: str | None) -> bool:
        if condition is None:
            return True
        match = CONDITION.fullmatch(condition)
        assert match, f"this runner does not know the condition {condition!r}"
        name, operator, value = match.groups()
        return (self.inputs[name] == value) is (operator == "==")

    def _text(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: self._value(match.group(1)), str(text))

    def _value(self, expression: str) -> str:
        match = REFERENCE.fullmatch(expression)
        assert match, f"this runner does not know the expression {expression!r}"
        kind, name = match.groups()
        if kind == "inputs":
            return str(self.inputs[name])
        step, _, output = name.partition(".outputs.")
        return self.steps.get(step, {}).get(output, "")


def outputs_of(text: str) -> dict[str, str]:
    """The file behind GITHUB_OUTPUT, of lines ``name=value``; others are an error of the runner, too."""
    pairs = [line.split("=", 1) for line in text.splitlines()]
    assert all(len(pair) == 2 for pair in pairs), text
    return {name: value for name, value in pairs}  # noqa: C416 - the pairs are lists


def commands(printed: str) -> list[tuple[str, dict[str, str], str]]:
    """The workflow commands in what a step prints; none of them counts while they are stopped."""
    found: list[tuple[str, dict[str, str], str]] = []
    stopped = ""
    for line in printed.splitlines():
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
            continue
        command = runner_command(line)
        if command and command[0] == "stop-commands":
            stopped = command[2]
        elif command:
            found.append(command)
    return found
