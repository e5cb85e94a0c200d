"""AUD798: a script of package.json runs or reads a file that is not in the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.package_scripts import PackageScripts, Script, simple_commands
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_template
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import is_made_by_builds

__all__ = ["RULE"]

_INTERPRETERS = frozenset({"node", "tsx", "ts-node", "bash", "sh", "python", "python3"})
_CONFIGURED = {
    "jest": ("--config", "-c"), "vitest": ("--config", "-c"), "eslint": ("--config", "-c"), "webpack": ("--config", "-c"),
    "rollup": ("--config", "-c"), "vite": ("--config", "-c"), "mocha": ("--config",), "playwright": ("--config", "-c"),
    "cypress": ("--config-file", "-C"), "tsc": ("-p", "--project"), "tsup": ("--config",), "nodemon": ("--config",),
    "prettier": ("--config",), "karma": ("--config",), "nyc": ("--nycrc-path",),
}  # fmt: skip
_PROGRAM = pattern(r"^(?:\./)?[\w.-]+(?:/[\w.-]+)*\.(?:[cm]?js|ts|sh|py)$")
_CONFIG = pattern(r"^(?:\./|\.\./)*[\w.-]+(?:/[\w.-]+)*\.(?:[cm]?js|[cm]?ts|json|ya?ml|toml)$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PackageScripts):
        if is_test_data(file.path) or is_template(file.path):
            continue
        folder = file.path.rpartition("/")[0]
        everything = " ".join(script.command for script in fact.scripts)
        for script in fact.scripts:
            for named in dict.fromkeys(_named(script)):
                path = posixpath.normpath(posixpath.join(folder, named))
                if not _may_appear(path, named, everything, facts):
                    message = f"The script {script.name!r} needs {path!r}, which is not in the repository."
                    yield Hit(file.path, script.line, script.line, message, script.name)


def _named(script: Script) -> Iterator[str]:
    for words in simple_commands(script.command):
        name = words[0].rpartition("/")[2]
        options = _CONFIGURED.get(name, ())
        for option, value in pairwise(words):
            if option in options and _CONFIG.search(value):
                yield value
        for word in words[1:]:
            option, _, value = word.partition("=")
            if option in options and _CONFIG.search(value):
                yield value
        started = "/" not in words[1] and script.name.startswith("start") if len(words) > 1 else True
        if name in _INTERPRETERS and not started and _PROGRAM.search(words[1]):
            yield words[1]  # what is started at the top may lie there only in an image


def _may_appear(path: str, named: str, everything: str, facts: RepositoryFacts) -> bool:
    """Whether the file is there, or may be by the time: builds and other scripts make files, git ignores what is made."""
    if path.startswith("..") or facts.exists(path) or is_ignored(path, facts) or is_made_by_builds(named):
        return True
    written = (f"-o {named}", f"--outfile={named}", f"> {named}", f"--outfile {named}", f"--output {named}")
    return any(one in everything for one in written)


RULE = Rule(
    id="AUD798",
    name="package-script-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file that the scripts of package.json run or read in the repository?",
    why="`npm run test:contract` stops at a configuration that nobody wrote: those tests never ran.",
    limits="Judged are programs given to node, tsx, ts-node, bash, sh and python, and the configuration given to well-known tools. What builds usually make, and what git ignores, is left alone.",
    fix="Add the file, mend the path, or remove the script.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"package-scripts"}),
    check_repository=_check,
    examples=(
        Example(
            title="a configuration and a program that nobody wrote",
            files={
                "web/package.json": (
                    '{\n  "scripts": {\n    "test:e2e": "NODE_ENV=test jest --config jest.e2e.config.js",\n    "seed": "tsx scripts/seed.ts && echo done",\n    "start": "node dist/server.js"\n  }\n}\n'
                )
            },
            found=("web/package.json:3", "web/package.json:4"),
        ),
        Example(
            title="files that are there, that a build makes, or that lie elsewhere",
            files={
                "web/package.json": (
                    '{\n  "scripts": {\n    "test:e2e": "jest --config jest.e2e.config.js",\n    "seed": "cd ../tools && node seed.js",\n    "start": "node dist/server.js",\n    "gen": "node $TOOL.js"\n  }\n}\n'
                ),
                "web/jest.e2e.config.js": "module.exports = {};\n",
            },
        ),
    ),
)
