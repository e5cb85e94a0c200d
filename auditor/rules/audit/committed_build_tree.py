"""AUD902: a virtual environment, package folder or cache that was committed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PRODUCTS = ("virtual environment", "installed packages", "cache", "build")
"""Reasons that name what a tool makes anew; a `vendor/` folder is kept on purpose by some."""


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for tree in repository.vendored:
        if any(word in tree.reason for word in _PRODUCTS):
            files = "1 file" if tree.files == 1 else f"{tree.files} files"
            yield Hit(tree.path, 1, 1, f"`{tree.path}` ({files}, {tree.reason}) is committed; a tool makes it anew.")


RULE = Rule(
    id="AUD902",
    name="committed-build-tree",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the repository free of committed environments, package folders and caches?",
    why=(
        "What an installer made on one machine is neither reviewed nor reproducible, hides changes to other "
        "people's code, and drowns the files that matter."
    ),
    limits="A `vendor/` folder that a build reads on purpose is left out of the scan and not reported.",
    fix="Remove the tree from git (`git rm -r --cached`), ignore it, and pin what it held in a lock file.",
    since="0.1.0",
    effort=30,
    reads=frozenset(),
    check_repository=_check,
    examples=(
        Example(
            title="a committed virtual environment",
            files={
                "venv/pyvenv.cfg": "home = /usr/bin\n",
                "venv/lib/python3.11/site-packages/six.py": "x = 1\n",
                "app.py": "print(1)\n",
            },
            found=("venv:1",),
        ),
        Example(title="no environment", files={"app.py": "print(1)\n", "requirements.txt": "six==1.16.0\n"}),
    ),
)
