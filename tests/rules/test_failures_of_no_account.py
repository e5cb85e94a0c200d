"""Checks, in programs of many kinds, of which the failure comes to nothing; with what looks like them and counts."""

from __future__ import annotations

import pytest

from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Example
from auditor.rules.registry import rules

_CASES = (
    (
        "AUD402",
        Example(
            title="options on further lines of a command of tox, and a command that may fail",
            files={
                "tox.ini": "[testenv]\ncommands =\n  {envpython} -m sphinx \\\n    -j auto \\\n    -n -W\n  -python -m pytest\ncommands_post =\n",
            },
            found=("tox.ini:6",),
        ),
    ),
    (
        "AUD417",
        Example(
            title="a wait by a value, at whose end only a word is said",
            files={
                "ops/roll.sh": '#!/bin/bash\nwait_rollout() {\n  for _ in 1 2 3; do\n    state=$(curl -sf "$API/state")\n    [ "$state" = done ] && return 0\n    sleep 15\n  done\n  echo "still $state"\n}\nwait_rollout\n',
            },
            found=("ops/roll.sh:3",),
        ),
    ),
    (
        "AUD403",
        Example(
            title="both outcomes of a check that are told, a log that is shown, and states that are told",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: isort --check-only app && echo sorted || echo unsorted\n      - run: systemctl is-active shop && echo up || echo down\n      - run: make test > log.txt 2>&1 || cat log.txt\n      - run: if mypy app; then echo fine; else echo see above; fi\n      - name: Verify the answer\n        run: curl -s https://shop.io | grep -q ok && echo up || echo no\n",
                "Makefile": "unit:\n\t@pytest tests && echo ok || echo bad\n\nopen:\n\t@test -d docs && echo yes || echo no\n",
            },
            found=(
                ".github/workflows/go.yml:6",
                ".github/workflows/go.yml:8",
                ".github/workflows/go.yml:9",
                ".github/workflows/go.yml:11",
                "Makefile:2",
            ),
        ),
    ),
    (
        "AUD403",
        Example(
            title="a gate whose last words are all that comes of it",
            files={
                "ops/gate.sh": '#!/bin/bash\nscore=$(./count.sh)\n[ "$score" -eq 3 ] && echo GO || echo NO-GO\n',
            },
            found=("ops/gate.sh:3",),
        ),
    ),
    (
        "AUD402",
        Example(
            title="a release that may fail, and a container that comes up or not",
            files={
                "Makefile": "release:\n\tgit tag v1 && git push --tags || true\n",
                "deploy/site.yml": "- hosts: shop\n  tasks:\n    - name: Pull the release\n      shell: docker compose pull && docker compose up -d || true\n",
            },
            found=(
                "Makefile:2",
                "deploy/site.yml:4",
            ),
        ),
    ),
    (
        "AUD402",
        Example(
            title="Targets whose failures make ignores, and instructions, hooks and provisioners that cannot fail",
            files={
                "Makefile": ".IGNORE: check\n.IGNORE: clean\ncheck:\n\tpromtool check rules rules/*.yml\n",
                "Dockerfile": "FROM debian\nRUN pytest tests || true\nRUN ./test.sh || true; \\\n    test -f done\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: unit\n        entry: bash -c 'npm test || true'\n",
                "tox.ini": "[testenv]\ncommands =\n    - pytest tests\n    ruff check app\n[testenv:types]\nignore_outcome = true\ncommands = mypy app\n",
                "Taskfile.yml": "version: '3'\ntasks:\n  lint:\n    cmds:\n      - cmd: ruff check app\n        ignore_error: true\n  test:\n    cmds:\n      - pytest tests || true\n  run:\n    cmds: [shop]\n",
                "justfile": "test:\n    -pytest tests\n\nclean:\n    -rm -rf out\n",
                "main.tf": 'resource "null_resource" "smoke" {\n  provisioner "local-exec" {\n    command = "curl -s http://${aws_instance.shop.private_ip}/health || true"\n  }\n}\n',
            },
            found=(
                ".pre-commit-config.yaml:5",
                "Dockerfile:2",
                "Makefile:1",
                "Taskfile.yml:5",
                "Taskfile.yml:9",
                "justfile:2",
                "main.tf:3",
                "tox.ini:3",
                "tox.ini:6",
            ),
        ),
    ),
    (
        "AUD404",
        Example(
            title="a condition that ends in false",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    if: ${{ vars.RUN == 'true' && false }}\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n  other:\n    if: ${{ vars.RUN == 'true' && false || vars.ALL == 'true' }}\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
            },
            found=(".github/workflows/go.yml:4",),
        ),
    ),
    (
        "AUD404",
        Example(
            title="a step that asks for a step that is not there, one that asks for one that is, and a task that is switched off",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - id: roll\n        run: make\n      - if: failure() && steps.verify.outcome == 'failure'\n        run: make undo\n      - if: failure() && steps.roll.outcome == 'failure'\n        run: make undo\n",
                "deploy/site.yml": "- hosts: shop\n  tasks:\n    - name: Run the checks\n      command: ./e2e.sh\n      when: false\n",
            },
            found=(
                ".github/workflows/go.yml:8",
                "deploy/site.yml:5",
            ),
        ),
    ),
)
_RULES = {one.id: one for one in rules()}


@pytest.mark.parametrize(("rule_id", "example"), _CASES, ids=[example.title for _, example in _CASES])
def test_failures_that_come_to_nothing_are_found(rule_id: str, example: Example) -> None:
    inventory, reader = memory_inventory(dict(example.files))
    found = {f"{one.hit.path}:{one.hit.start_line}" for one in scan(inventory, reader, [_RULES[rule_id]]).hits}
    assert found == set(example.found)


def test_a_reload_that_fails_and_a_limit_that_is_told_come_to_nothing() -> None:
    """Whatever a script runs that changes something, a warning is no way to fail; a question may be answered either way."""
    files = {
        "ops/retrain.sh": '#!/bin/bash\nset -e\nif ! curl -sf -X POST http://shop/reload; then\n  echo "Warning: could not reload"\nfi\nif ! grep -q x y; then\n  echo "Warning: no x"\nfi\n'
        '[ "$used" -gt 90 ] && echo "Disk: WARNING" || echo "Disk: OK"\n'
    }
    inventory, reader = memory_inventory(files)
    assert {one.hit.start_line for one in scan(inventory, reader, [_RULES["AUD403"]]).hits} == {4}


def test_failures_on_other_machines_and_in_hooks_come_to_nothing_too() -> None:
    files = {
        ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: appleboy/ssh-action@v1\n        with:\n          host: shop\n          script: |\n            cd /srv\n            shop migrate || true\n",
        "k8s/shop.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: shop\n      image: shop:1\n      lifecycle:\n        postStart:\n          exec:\n            command: [sh, -c, 'shop migrate || true']\n",
    }
    inventory, reader = memory_inventory(files)
    found = {f"{one.hit.path}:{one.hit.start_line}" for one in scan(inventory, reader, [_RULES["AUD402"]]).hits}
    assert found == {".github/workflows/go.yml:11", "k8s/shop.yaml:10"}


def test_a_failure_whose_state_is_only_shown_comes_to_nothing() -> None:
    files = {
        "ops/deploy.sh": "#!/bin/bash\nset -e\nkubectl rollout status deploy/shop || kubectl get pods\ndocker build . || { echo failed; return 0; }\npython manage.py makemigrations --check --dry-run || echo missing\ndocker build . || { echo failed; exit 1; }\nkubectl rollout status deploy/web || kubectl rollout undo deploy/web\n"
    }
    inventory, reader = memory_inventory(files)
    assert {one.hit.start_line for one in scan(inventory, reader, [_RULES["AUD403"]]).hits} == {3, 4, 5}


def test_an_instruction_of_an_image_that_only_helps_may_fail() -> None:
    inventory, reader = memory_inventory({"Dockerfile": "FROM debian\nRUN strip /usr/bin/shop || true\n"})
    assert not scan(inventory, reader, [_RULES["AUD402"]]).hits


def test_a_command_of_just_goes_on_over_several_lines_and_a_script_over_all() -> None:
    files = {
        "justfile": "build:\n    docker build \\\n        --platform=linux \\\n        -integration-tests \\\n        --load\n\ntest:\n    -pytest \\\n        tests\n\nscript:\n    #!/usr/bin/env bash\n    set -e\n    pytest\n\n    helm upgrade shop . || true\n"
    }
    inventory, reader = memory_inventory(files)
    assert {one.hit.start_line for one in scan(inventory, reader, [_RULES["AUD402"]]).hits} == {8, 16}
