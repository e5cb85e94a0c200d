"""Makes a repository to measure with: ``python bench/generate.py FOLDER --files 10000 [--seed 1]``.

A seeded, realistic mix of files, committed in git: Python packages with tests, shell scripts, YAML of deployments and
workflows, JavaScript, documents, configuration, data. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

WORDS = [
    "account",
    "order",
    "invoice",
    "payment",
    "session",
    "token",
    "cache",
    "queue",
    "worker",
    "report",
    "metric",
    "alert",
    "backup",
    "deploy",
    "release",
    "user",
    "profile",
    "search",
    "index",
    "image",
    "upload",
    "batch",
    "stream",
    "event",
    "policy",
    "route",
    "limit",
    "audit",
    "ledger",
    "quota",
    "tenant",
    "region",
    "store",
]
VERBS = [
    "load",
    "save",
    "check",
    "update",
    "create",
    "delete",
    "verify",
    "send",
    "parse",
    "render",
    "collect",
    "merge",
    "split",
    "retry",
    "publish",
]


def name(chance: random.Random) -> str:
    return f"{chance.choice(VERBS)}_{chance.choice(WORDS)}"


def python_function(chance: random.Random) -> str:
    called, word = name(chance), chance.choice(WORDS)
    body = chance.choices(
        (
            (
                f'    """Give the {word} of a customer."""\n    found = client.get(f"/{word}/{{identifier}}", timeout=10)\n'
                f'    if found.status_code != 200:\n        raise LookupError("{word} is not there")\n    return found.json()\n'
            ),
            (
                f'    with open(path, encoding="utf-8") as file:\n        rows = [line.split(",") for line in file]\n'
                f"    total = sum(int(row[1]) for row in rows if row[0] == '{word}')\n"
                f'    logger.info("%s rows of {word}", len(rows))\n    return total\n'
            ),
            (
                f"    result = {{}}\n    for key, value in values.items():\n        if key.startswith('{word}_'):\n"
                f"            result[key[len('{word}_'):]] = value\n    return result\n"
            ),
            (
                f'    value = os.environ.get("{word.upper()}_URL", "")\n    if not value:\n'
                f'        raise RuntimeError("{word.upper()}_URL is not set")\n    return value\n'
            ),
            "    # TODO: ask the real service\n    return True\n",
        ),
        (30, 30, 30, 30, 1),
    )[0]
    parameters = {"f": "path", "r": "values", "v": "", "#": "", '"': "identifier"}[
        body.strip()[0] if body.strip()[0] in 'rv#"' else "f"
    ]
    return f"def {called}_{chance.randrange(1000)}({parameters}):\n{body}"


def python_module(chance: random.Random) -> str:
    head = f'"""{chance.choice(WORDS).title()} of the service."""\n\nimport logging\nimport os\n\nimport requests as client\n\n'
    functions = "\n\n".join(python_function(chance) for _ in range(chance.randint(2, 14)))
    return f"{head}logger = logging.getLogger(__name__)\n\n\n{functions}"


def python_test(chance: random.Random) -> str:
    cases = (
        f"def test_{name(chance)}_{one}(tmp_path):\n    path = tmp_path / 'rows.csv'\n"
        f"    path.write_text('a,{one}')\n    assert path.read_text() == 'a,{one}'\n"
        for one in range(chance.randint(2, 12))
    )
    return "import pytest\n\n\n" + "\n\n".join(cases)


def shell(chance: random.Random) -> str:
    lines = (f'echo "{chance.choice(VERBS)} {chance.choice(WORDS)}"\n' for _ in range(chance.randint(2, 10)))
    return f"#!/bin/sh\nset -eu\n\n{''.join(lines)}kubectl rollout status deployment/{chance.choice(WORDS)}\n"


def deployment(chance: random.Random) -> str:
    word = chance.choice(WORDS)
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {word}\nspec:\n  replicas: {chance.randint(1, 5)}\n"
        f"  template:\n    spec:\n      containers:\n        - name: {word}\n          image: registry.local/{word}:1.{chance.randrange(90)}\n"
        f"          env:\n            - name: {word.upper()}_URL\n              value: http://{word}:8080\n"
    )


def javascript(chance: random.Random) -> str:
    functions = (
        f"export async function {chance.choice(VERBS)}{chance.choice(WORDS).title()}{one}(id) {{\n"
        f"  const response = await fetch(`/api/{chance.choice(WORDS)}/${{id}}`);\n"
        f"  if (!response.ok) {{ throw new Error('failed'); }}\n  return response.json();\n}}\n"
        for one in range(chance.randint(1, 10))
    )
    return "// Calls of the service.\n" + "\n".join(functions)


def document(chance: random.Random) -> str:
    parts = (
        f"## {chance.choice(VERBS).title()} the {chance.choice(WORDS)}\n\nRun `scripts/{name(chance)}.sh` and look at the "
        f"{chance.choice(WORDS)}. It takes a minute; the {chance.choice(WORDS)} is told when it ends.\n"
        for _ in range(chance.randint(2, 12))
    )
    return f"# {chance.choice(WORDS).title()}\n\n" + "\n".join(parts)


def workflow(chance: random.Random) -> str:
    return (
        f"name: {name(chance)}\non:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
        f"      - uses: actions/checkout@v4\n      - run: sh scripts/{name(chance)}.sh\n      - run: pytest -q\n"
    )


def data(chance: random.Random) -> str:
    rows = (
        f'  {{"id": {one}, "{chance.choice(WORDS)}": {chance.random():.4f}}}' for one in range(chance.randint(5, 60))
    )
    return "[\n" + ",\n".join(rows) + "\n]\n"


Maker = Callable[[random.Random], str]
MIX: tuple[tuple[int, str, Maker], ...] = (
    (38, "services/{a}/{b}/{c}_{n}.py", python_module),
    (16, "tests/{a}/{b}/test_{c}_{n}.py", python_test),
    (16, "web/{a}/{b}/{c}_{n}.js", javascript),
    (9, "deploy/{a}/{b}/{c}-{n}.yaml", deployment),
    (9, "docs/{a}/{b}/{c}-{n}.md", document),
    (8, "testdata/{a}/{b}/{c}-{n}.json", data),
    (4, "scripts/{a}/{c}_{n}.sh", shell),
)


def generate(folder: Path, files: int, seed: int) -> None:
    """Write the files and commit them."""
    chance = random.Random(seed)
    weights = [weight for weight, _, _ in MIX]
    for number in range(files):
        if number < 12:
            path, maker = f".github/workflows/{chance.choice(WORDS)}-{number}.yml", workflow
        else:
            _, path, maker = chance.choices(MIX, weights)[0]
            a, b, c = (chance.choice(WORDS) for _ in range(3))
            path = path.format(a=a, b=b, c=c, n=number)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(maker(chance), encoding="utf-8")
    git = ["git", "-C", str(folder), "-c", "user.name=Bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Generated")):
        subprocess.run([*git, *command], check=True)


def main() -> None:
    """Read the arguments and make the repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    generate(options.folder, options.files, options.seed)


if __name__ == "__main__":
    main()
