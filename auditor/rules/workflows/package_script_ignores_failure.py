"""AUD490: a script of package.json throws the failure of what it runs away."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.package_scripts import PackageScripts
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SWALLOWS = pattern(r"(?:\|\||;)\s*(?:true|:|exit 0|echo\b[^&|;]*)\s*$")
_CHECKS = pattern(
    r"(?i)\b(?:eslint|tsc|vue-tsc|jest|vitest|mocha|ava|tap|playwright|cypress|biome|oxlint|stylelint|k6|artillery|pa11y|lighthouse|"
    r"test(?::\w+)?|lint|typecheck|type-check|audit|audit-ci|snyk|license-checker|licenses?|depcheck|madge|migrate|deploy|build)\b"
)
_BESIDES = pattern(
    r"^(?:pre|post)?(?:install|prepare|clean|dev|start|watch|stop|down|kill)|:(?:clean|watch|dev|fix)$|fix$"
)
"""Scripts of which nothing depends on how they end."""


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(PackageScripts)
    if fact is None or is_test_data(source.path):
        return
    for one in fact.scripts:
        match = _SWALLOWS.search(one.command)
        if match is None or _BESIDES.search(one.name):
            continue
        left = one.command[: match.start()].rpartition("&&")[2].rpartition(";")[2].strip()
        if _CHECKS.search(left) and ("||" in match.group() or "exit 0" in match.group()):
            message = f"The script {one.name!r} succeeds whatever becomes of {left[:60]!r}."
            yield Hit(source.path, one.line, one.line, message, one.name)


RULE = Rule(
    id="AUD490",
    name="package-script-ignores-failure",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the scripts of package.json fail when what they run fails?",
    why="The pipeline runs `npm run lint` and is green: the script itself says that nothing can go wrong.",
    limits="Judged are scripts that end in `|| true`, `|| echo ...`, `|| exit 0` or `; exit 0` behind a test, linter, build, audit, migration or deployment; cleaning, watching and installing are left alone.",
    fix="Let the failure through; where it is to be tolerated, tolerate it in the one job that may.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"package-scripts"}),
    triggers=("scripts",),
    check_file=_check,
    examples=(
        Example(
            title="licences that nobody has to keep",
            files={
                "package.json": '{\n  "scripts": {\n    "check:licenses": "license-checker --summary || true"\n  }\n}\n',
            },
            found=("package.json:3",),
        ),
        Example(
            title="a linter and an audit that cannot fail",
            files={
                "package.json": '{\n  "name": "shop",\n  "scripts": {\n    "lint": "eslint src || true",\n    "audit": "npm audit --omit=dev || echo ignored",\n    "test": "jest"\n  }\n}\n'
            },
            found=("package.json:4", "package.json:5"),
        ),
        Example(
            title="cleaning up, and a failure that is passed on",
            files={
                "package.json": '{\n  "name": "shop",\n  "scripts": {\n    "clean": "rm -rf dist || true",\n    "prepare": "husky install || true",\n    "test": "docker rm db || true && jest",\n    "lint": "eslint src || (echo failed; exit 1)"\n  }\n}\n'
            },
        ),
    ),
)
