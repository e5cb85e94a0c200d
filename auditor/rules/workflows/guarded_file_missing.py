"""AUD467: a script runs a program only where it is there, and the repository does not have it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import invocations
from auditor.facts.optional_conditions import TESTS
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import ROOT, expanded, variables_of
from auditor.facts.shell_program import Command, If, all_commands, walk
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import is_made_by_builds

__all__ = ["RULE"]

_PROGRAM = pattern(r"^(?:@/|\./)?(?:[\w.-]+/)+[\w.-]+\.(?:py|sh|bash|js|ts|rb|pl|sql)$")
_KEPT = pattern(
    r"^(?:[\w.-]+/)*(?:[\w-]*compose[\w.-]*\.ya?ml(?:\.old)?|\.?env(?:[.-]\w+)*[.-](?:template|example|sample)|[\w.-]+\.(?:ya?ml|conf|toml|tf|j2)\.(?:backup|bak|orig))$"
)
"""What people write and keep, or what a script has laid aside before."""
_IN_FOLDER = pattern(r"^(?:[\w.-]+/)+[\w.-]+\.(?:ya?ml|conf|toml|tf|j2)$")
"""Configuration that is kept where it lies in a folder; in the root, users bring such files (``values.yaml``)."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    written = "\n".join(sorted({one.made for one in facts.derive(invocations)}))
    for file, fact in facts.of(ShellFile):
        if file.role is not Role.SHIPPED:
            continue
        known = variables_of(fact.program, file.path)
        for node in walk(fact.program.body):
            wanted = _wanted(node, known) if isinstance(node, If) else None
            if wanted is None:
                continue
            path, line = wanted
            if not _may_be_there(path, file.path, facts, written):
                done = "run" if _PROGRAM.search(path) else "copied"
                message = f"`{path}` is {done} only where it is there, and the repository does not have it: what it is for never happens."
                yield Hit(file.path, line, line, message, path)


def _wanted(node: If, known: dict[str, str]) -> tuple[str, int] | None:
    """The program that is looked for and then run."""
    branch = node.branches[0]
    if len(branch.condition) != 1 or not isinstance(branch.condition[0], Command):
        return None
    test = branch.condition[0]
    texts = [text for text in test.texts if text not in ("[", "]", "[[", "]]", "test")]
    if test.name not in TESTS or len(texts) != 2 or texts[0] not in ("-f", "-x", "-e"):  # noqa: PLR2004 - a question and a path
        return None
    word = next(one for one in test.words if one.text == texts[1])
    place = next((text for text, _ in expanded((word,), known)), "")
    path = place.removeprefix(f"{ROOT}/").removeprefix("./")
    uses = [one.name for one in all_commands(branch.body) if texts[1] in one.texts]
    if "cp" in uses and _is_configuration(path) and not is_made_by_builds(path):
        return path, test.line
    return (path, test.line) if uses and _PROGRAM.search(place) else None


def _is_configuration(path: str) -> bool:
    return _KEPT.search(path) is not None or _IN_FOLDER.search(path) is not None


def _may_be_there(path: str, script: str, facts: RepositoryFacts, written: str) -> bool:
    """Whether the path is there, from the root or from the script's folder, is ignored or written, or lies in a folder that is not the repository's."""
    own = script.rpartition("/")[0]
    if any(facts.exists(joined_path(base, path)) for base in ("", own)):
        return True
    folder, _, name = path.rpartition("/")
    held = not folder or any(joined_path(base, folder) in facts.folders for base in ("", own))
    return not held or is_ignored(path, facts) or name in written


RULE = Rule(
    id="AUD467",
    name="guarded-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is there every program and configuration that scripts use only where it is there?",
    why="The readiness check was never written, or was moved; the script that runs it 'if it exists' says that it skips it, and goes on to production.",
    limits="Programs by their path in folders that the repository has, which a test of `if` looks for and the branch runs, and configuration that it copies: in the root compositions, templates of environments and what was laid aside, in folders any; what git ignores or scripts write is left alone.",
    fix="Write the program, or run it without looking for it.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"shell"}),
    check_repository=_check,
    examples=(
        Example(
            title="beside the script itself",
            files={
                "ops/restore.sh": '#!/bin/sh\nif [ -x "$(dirname "$0")/restore_ledger.sh" ]; then\n  "$(dirname "$0")/restore_ledger.sh" "$1"\nfi\nif [ -f "$(dirname "$0")/mail.sh" ]; then\n  "$(dirname "$0")/mail.sh"\nfi\n',
                "ops/mail.sh": "#!/bin/sh\ntrue\n",
            },
            found=("ops/restore.sh:2",),
        ),
        Example(
            title="a readiness check that was never written",
            files={
                "launch.sh": '#!/bin/bash\nif [ -f "tools/ready.py" ]; then\n  python3 "tools/ready.py" --strict\nelse\n  echo "no readiness check, going on"\nfi\ndocker compose up -d\n',
                "tools/seed.py": "print()\n",
            },
            found=("launch.sh:2",),
        ),
        Example(
            title="a composition and a template that a script saves, a file that nothing laid aside, and one that is there",
            files={
                "tools/save.sh": (
                    '#!/bin/bash\nTOP="$(cd "$(dirname "$0")/.." && pwd)"\nif [ -f "$TOP/docker-compose.yml" ]; then\n  cp "$TOP/docker-compose.yml" /backup/\nfi\n'
                    'if [ -f "$TOP/env.template" ]; then\n  cp "$TOP/env.template" /backup/\nfi\nif [ -f site.yml.bak ]; then\n  cp site.yml.bak site.yml\nfi\n'
                    'if [ -f "$TOP/rates.yml" ]; then\n  cp "$TOP/rates.yml" /backup/\nfi\nif [ -f "$TOP/.env" ]; then\n  cp "$TOP/.env" /backup/\nfi\n'
                ),
                "rates.yml": "a: 1\n",
            },
            found=("tools/save.sh:3", "tools/save.sh:6", "tools/save.sh:9"),
        ),
        Example(
            title="settings that a user may lay into the root, and those that a folder should have",
            files={
                "install.sh": (
                    "#!/bin/bash\nif [ -f values.yaml ]; then\n  cp values.yaml /etc/shop/\nfi\nif [ -f ./shop.conf ]; then\n  cp ./shop.conf /etc/shop/\nfi\n"
                    "if [ -f conf/rates.yaml ]; then\n  cp conf/rates.yaml /etc/shop/\nfi\n"
                ),
                "conf/shop.conf": "a=1\n",
            },
            found=("install.sh:8",),
        ),
        Example(
            title="a program that is there, one that is made, one of the machine, and a file that is only read",
            files={
                "launch.sh": (
                    '#!/bin/bash\nif [ -f "tools/seed.py" ]; then\n  python3 tools/seed.py\nfi\nif [ -x ./tools/local.sh ]; then\n  ./tools/local.sh\nfi\n'
                    "if [ -f lib/site.sh ]; then\n  . lib/site.sh\nfi\nif [ -f tools/notes.sql ]; then\n  echo notes\nfi\n"
                ),
                ".gitignore": "tools/local.sh\n",
                "tools/seed.py": "print()\n",
            },
        ),
    ),
)
