"""Which files tools and actions are told to read: settings, what they work on, what they publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern

__all__ = ["CONFIGURED_BY", "INTERPRETERS", "READ_INPUTS", "RUNNERS", "WRITTEN_BY_HAND", "worked_on_places"]

INTERPRETERS = frozenset(
    {"bash", "sh", "zsh", "python", "python3", "node", "ruby", "perl", "source", ".", "tsx", "ts-node"}
)
"""What is given the file of a program that it runs."""
RUNNERS = frozenset(
    {"timeout", "poetry", "uv", "pipenv", "pdm", "hatch", "rye", "xvfb-run", "stdbuf", "coverage", "npx"}
)
"""What runs another command, which stands behind it."""
CONFIGURED_BY = {
    "bandit": ("-c", "--configfile", "-b"), "ruff": ("--config",), "mypy": ("--config-file",), "flake8": ("--config",), "pylint": ("--rcfile",), "yamllint": ("-c",),
    "hadolint": ("-c", "--config"), "coverage": ("--rcfile",), "sqlfluff": ("--config",), "eslint": ("-c", "--config"), "jest": ("-c", "--config"), "gitleaks": ("-c", "--config"),
    "pip-audit": ("-r", "--requirement"), "safety": ("-r", "--file"), "uv": ("-r", "--requirements"), "locust": ("-f", "--locustfile"),
    "alembic": ("-c", "--config"), "gunicorn": ("-c", "--config"), "hypercorn": ("-c", "--config"), "supervisord": ("-c", "--configuration"),
}  # fmt: skip
"""Options of tools that are followed by the file of their settings, or of what they look at."""
READ_INPUTS = {
    "softprops/action-gh-release": ("files", "body_path"), "ncipollo/release-action": ("artifacts", "bodyfile"),
    "actions/setup-node": ("node-version-file", "cache-dependency-path"), "actions/setup-go": ("go-version-file", "cache-dependency-path"),
    "actions/setup-python": ("python-version-file", "cache-dependency-path"), "azure/k8s-deploy": ("manifests",),
}  # fmt: skip
"""Inputs of actions that name files which must be there."""
WRITTEN_BY_HAND = pattern(
    r"^(?:\./)?(?:[\w.-]+/)*(?:[\w.-]+\.(?:md|ya?ml|sum)|LICENSE|\.[\w-]+-version|package(?:-lock)?\.json|go\.mod|requirements[\w.-]*\.txt)$"
)
"""Kinds of files that no build makes."""
_WORKED_ON = pattern(r"^(?:@/|\.{1,2}/)?[\w.-]+(?:/[\w.-]+)*\.(?:[cm]?js|ts|ya?ml|json)$")
_AFTER_VERB = {
    "k6": ("run",), "artillery": ("run",), "newman": ("run",), "promtool": ("rules", "config"), "amtool": ("check-config",),
}  # fmt: skip
"""Words behind which the programs take the file that they work on."""


def worked_on_places(name: str, words: Sequence[str]) -> Iterator[int]:
    """Where in its words a program is given the file that it works on: behind its verb, or the playbook that is played."""
    verbs = _AFTER_VERB.get(name, ())
    start = 0 if name == "ansible-playbook" else next((at for at, word in enumerate(words) if word in verbs), None)
    if start is not None:
        yield from (at for at in range(start + 1, len(words)) if _WORKED_ON.search(words[at]))
