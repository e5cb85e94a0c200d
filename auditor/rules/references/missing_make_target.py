"""AUD780: a command asks make for a target that no makefile has."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.build_commands import MakeCall, make_call
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.makefile import Makefile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of

__all__ = ["RULE"]

_NAMES = ("Makefile", "makefile", "GNUmakefile")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = {file.path: fact for file, fact in facts.of(Makefile)}
    if not files:
        return
    for one in facts.derive(invocations):
        call = make_call(one)
        if call is None or one.elsewhere or not call.plain or not is_judged(facts, one):
            continue
        asked = _asked(one, call, files)
        if asked is None:
            continue
        for target, line in call.targets:
            if not any(fact.makes(target) for fact in asked) and not facts.exists(target):
                yield _hit(one, target, line, asked)


def _asked(one: Invocation, call: MakeCall, files: dict[str, Makefile]) -> tuple[Makefile, ...] | None:
    """The makefiles that may be read, with what they include; None where some of that cannot be told."""
    if call.file or "$" in call.folder or call.folder.startswith("/"):
        return None
    folder = "/".join(
        part for part in (one.folder or "", call.folder.removeprefix("./").strip("/")) if part not in ("", ".")
    )
    beside = [f"{folder}/{name}" if folder else name for name in _NAMES]
    chosen = [path for path in beside if path in files]
    if not chosen and one.origin is Origin.WORKFLOW and one.folder is not None:
        return None  # a build may write it, and an action may bring it
    every = tuple(files.values())
    return _with_includes(chosen, files) if chosen and one.folder is not None else _closed(every)


def _with_includes(paths: list[str], files: dict[str, Makefile]) -> tuple[Makefile, ...] | None:
    found: dict[str, Makefile] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path in found or path not in files:
            continue
        found[path] = files[path]
        folder = path.rpartition("/")[0]
        for name in files[path].includes:
            beside = f"{folder}/{name}" if folder else name
            included = [path for path in files if path in (beside, name) or _matches(path, beside)]
            if not included:
                return None
            waiting.extend(included)
    return tuple(found.values())


def _matches(path: str, wanted: str) -> bool:
    """Whether a path fits a name with one star, which stands for no slash."""
    head, star, tail = wanted.partition("*")
    between = path[len(head) : len(path) - len(tail)]
    return bool(star) and path.startswith(head) and path.endswith(tail) and "/" not in between


def _closed(every: tuple[Makefile, ...]) -> tuple[Makefile, ...] | None:
    return None if any("$" in name for fact in every for name in fact.includes) else every


def _hit(one: Invocation, target: str, line: int, asked: tuple[Makefile, ...]) -> Hit:
    hint = closest(target, (name for fact in asked for name in fact.targets), 0.75)
    return Hit(one.path, line, line, f"No makefile has the target `{target}`{hint}.", one.symbol, severity_of(one))


_MAKEFILE = ".PHONY: test lint\ntest:\n\tpytest\nlint:\n\truff check\n"

RULE = Rule(
    id="AUD780",
    name="missing-make-target",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every make target that workflows, scripts and documents name exist?",
    why="make stops with 'No rule to make target': the step fails, or, where its failure is swallowed, checks nothing.",
    limits=(
        "Silent where a makefile makes its targets from variables or includes files that are not in the repository, and after "
        "a command that leaves the repository. Names with a dot or a slash count as files."
    ),
    fix="Name a target that exists, or add the one that is missing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline", "shell", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a scan that nobody wrote",
            files={
                ".github/workflows/ci.yml": "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          make test\n          make secrets-scan || true\n",
                "Makefile": _MAKEFILE,
                "docs/operations.md": "# Release\n\n```bash\nmake -j4 lint release VERSION=1\n```\n",
                ".gitlab-ci.yml": 'ship:\n  script:\n    - make publish TAG="$CI_COMMIT_TAG"\n    - make $ANY\n    - make $ANY publish\n',
            },
            found=(".github/workflows/ci.yml:9", ".gitlab-ci.yml:3", "docs/operations.md:4"),
        ),
        Example(
            title="a step of a checklist, and of a migration that is over",
            files={
                "Makefile": _MAKEFILE,
                "docs/release-checklist.md": "# Release\n\n- [x] Rehearsed with `make failover-test`\n",
                "docs/migration.md": "# Migration of 2021\n\nWe ran `make move-all`.\n",
            },
            found=("docs/release-checklist.md:3",),
        ),
        Example(
            title="pattern rules, included files and another project's makefile",
            files={
                "Makefile": "include mk/*.mk\n" + _MAKEFILE,
                "mk/release.mk": "release:\n\ttrue\n",
                "backend/Makefile": "deploy-%: build\n\techo $*\nbuild:\n\ttrue\n",
                "scripts/run.sh": "#!/bin/sh\nmake -C backend deploy-eu\n",
                "scripts/other.sh": "#!/bin/sh\ncd /tmp/linux && make bzImage\n",
            },
        ),
        Example(
            title="a makefile that makes its targets up",
            files={
                "Makefile": "SERVICES := api web\n$(SERVICES):\n\tdocker build $@\n",
                "README.md": "# Shop\n\n```sh\nmake api\n```\n",
            },
        ),
    ),
)
