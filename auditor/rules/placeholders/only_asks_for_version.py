"""AUD171: what is named for work only asks its tool for the version."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, commands
from auditor.facts.source import Source
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WORK = pattern(
    r"(?i)(?:^|[^a-z])(?:sign(?:s|ing)?|attest\w*|back(?:ing)?[ _-]?ups?|dump|restor(?:e|ing)|deploy\w*|roll(?:ing)?[ _-]?back|migrat(?:e|ion|ions|ing)|scan(?:s|ning)?|audit(?:ing)?|publish(?:ing)?|push(?:ing)?|upload(?:ing)?|provision(?:ing)?|replicat\w*|"
    r"fail[ _-]?over|seed(?:ing)?|encrypt\w*|rotat\w*|promot\w*|smoke|load[ _-]?tests?|benchmark\w*|integration[ _-]?tests?|e2e|snapshot\w*|verify|validate|plan|apply|lint(?:ing)?|sbom|provenance|export(?:ing)?|archive|purge|sync)(?:[^a-z]|$)"
)
_TOOLS = pattern(
    r"(?i)install|set[ _-]?up|setup|version|tool|prerequisite|require|dependenc|available|present|environment|doctor|info|cli\b|binar|client|command|login|path|which|debug|print|show|exist|cache|runner"
)
"""Steps that are about the tools themselves."""
_ASKS = frozenset({"--version", "version", "-V", "--help", "-h", "help", "-version", "--list-plugins"})
_FLAGS = pattern(r"^--?(?:client|short|output|o|json|yaml|quiet|q)(?:[=].*)?$")
_MARKS = pattern(r"(?i)(?:complete|completed|done|ok|success|finished|ready|stamp)$")
_QUIET = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE})


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if not _WORK.search(unit.name) or _TOOLS.search(unit.name) or unit.delegates:
            continue
        asked = [one for one in commands(unit.body) if _asks_version(one)]
        rest = [one for one in commands(unit.body) if not _asks_version(one)]
        if asked and all(_is_quiet(one, unit) for one in rest):
            told = " ".join(asked[0].texts)[:60]
            message = f"{unit.name!r} only runs `{told}`: the tool is there, and nothing is done with it."
            yield Hit(source.path, asked[0].line, max(one.end_line for one in (*asked, *rest)), message, unit.symbol)


def _asks_version(command: Command) -> bool:
    """Whether a command asks a tool for nothing but its version or help."""
    asked = [text for text in command.texts[1:] if not _FLAGS.search(text)]
    return bool(command.name) and len(asked) == 1 and asked[0] in _ASKS


def _is_quiet(command: Command, unit: Unit) -> bool:
    """Whether a command talks, waits, sets something, or leaves a mark that the work is done."""
    if command.name == "touch":
        return any(_MARKS.search(text) for text in command.texts[1:])
    return effect_of(command, unit.functions) in _QUIET


_STEPS = "on: push\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n"


RULE = Rule(
    id="AUD171",
    name="only-asks-for-version",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do steps that are named for work do more than ask their tool for its version?",
    why="'Sign image' that runs `cosign version` is green whenever cosign is installed, and no image is ever signed.",
    limits="Judged are steps, jobs, functions, recipes and containers whose name promises work, and of which every command asks for a version or help, talks, waits, sets, or touches a mark. Steps that are about the tools themselves are left alone.",
    fix="Run the command that does the work, and let its failure count.",
    since="0.9.0",
    effort=60,
    reads=ALL_READERS,
    check_file=_check,
    examples=(
        Example(
            title="an image that nobody signs, a dump that nobody makes, a scan in a script",
            files={
                ".github/workflows/release.yml": _STEPS + "      - name: Sign image\n        run: cosign version\n",
                "k8s/backup.yaml": (
                    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: shop-backup\nspec:\n  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n"
                    "            - name: backup\n              image: postgres:16\n              command:\n                - sh\n                - -c\n                - |\n                  set -eu\n                  pg_dump --version\n                  touch /tmp/backup.complete\n"
                ),
                "scripts/scan.sh": "#!/bin/bash\nscan_image() {\n  trivy --version\n  echo 'scan finished'\n}\nscan_image\n",
            },
            found=(".github/workflows/release.yml:7", "k8s/backup.yaml:19", "scripts/scan.sh:3"),
        ),
        Example(
            title="versions that are asked for before the work, and steps about tools",
            files={
                ".github/workflows/release.yml": _STEPS
                + "      - name: Sign image\n        run: |\n          cosign version\n          cosign sign shop:1.0\n      - name: Verify the installation of helm\n        run: helm version --short\n      - name: Backup tools\n        run: pg_dump --version\n",
            },
        ),
    ),
)
