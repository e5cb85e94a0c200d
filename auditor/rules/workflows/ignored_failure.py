"""AUD402: the failure of a command is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.carried_units import EVERY_READER, IMAGE, every_unit_of
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Chain, Command, all_commands
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import Swallowed, statements, swallowed_exits
from auditor.facts.task_recipes import TaskRecipes
from auditor.facts.tolerated_failures import names_of_failing
from auditor.facts.work_units import Unit
from auditor.facts.written_answers import Answers, answers_of, is_read_back
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule
from auditor.rules.workflows.looked_at_later import (
    AT_ONCE,
    asked_for_files,
    counting_commands,
    is_looked_into,
    runs_again,
)

__all__ = ["RULE"]

_GRAVE = pattern(
    r"(?i)secur|bandit|safety|audit|trivy|snyk|deploy|migrat|restore|roll ?back|backup|dump|pytest|\btest|smoke|health|kubectl|terraform|helm|\bdrill|rehears|chaos|preflight|reconcil|\bcompose\b.*\bup\b"
)


_IGNORED = pattern(r"^\.IGNORE\s*:([^#]*)")
_SHIPS = pattern(r"(?i)^(?:release|publish|push|ship|flash)")
_CHECKED = pattern(r"(?i)\b(?:types?|mypy|lint\w*|check\w*|style)\b")
_TIDIES = pattern(r"(?i)(?:^|[_-])(?:clean_?up|tear_?down)(?:[_-]|$)")
"""Functions and scripts that take away what may be gone already."""
_NO_TESTS = pattern(r"^(?:\[\[?|test|\(\()\s*[\"']?\$(?:\?|\{\?\})[\"']?\s*(?:-eq|==?|-le|-ge)\s*[\"']?[45]\b")


def _check(source: Source) -> Iterator[Hit]:
    yield from _by_make(source)
    for unit in every_unit_of(source):
        every = tuple(swallowed_exits(unit))
        if every:
            yield from _ignored(source, unit, every)
        yield from _accepted(source, unit)
        if unit.step is not None:
            yield from _switched_off(source, unit)


def _by_make(source: Source) -> Iterator[Hit]:
    """``.IGNORE: check``: make does not look at how the recipes of these targets end (https://www.gnu.org/software/make/manual/html_node/Special-Targets.html)."""
    tasks = source.fact(TaskRecipes)
    for task, number in tasks.tolerated if tasks is not None else ():
        if claims_work(task) or _GRAVE.search(task) or _CHECKED.search(task):
            yield Hit(source.path, number, number, f"The failure of the task {task!r} is ignored by its runner.", task)
    for number, line in enumerate(source.lines, 1) if source.file.language is Language.MAKEFILE else ():
        match = _IGNORED.match(line)
        grave = [name for name in match.group(1).split() if claims_work(name) or _GRAVE.search(name)] if match else []
        if grave or (match is not None and not match.group(1).strip()):
            what = ", ".join(grave) or "every target"
            yield Hit(source.path, number, number, f"The failures of {what} are ignored by make.", what)


def _ignored(source: Source, unit: Unit, every: tuple[Swallowed, ...]) -> Iterator[Hit]:
    answers = answers_of(unit.body)
    counting, ends, asked = counting_commands(answers, every), _failed_ends(answers), asked_for_files(unit)
    for swallowed in every:
        chain = swallowed.chain
        text = names_of_failing(chain.left)
        tidies = _TIDIES.search(unit.name) is not None
        if (
            swallowed.reported
            or tidies
            or not _matters(unit, text)
            or chain.end_line + 1 in ends
            or _goes_on(unit, chain)
        ):
            continue
        if not is_read_back(chain, answers) and not runs_again(chain, counting):
            message = f"The failure of {text[:60]!r} is ignored."
            decided = not asked.isdisjoint(range(chain.end_line + 1, chain.end_line + 1 + AT_ONCE))
            grave = _GRAVE.search(text) and not decided and not is_looked_into(chain, answers)
            severity = Severity.HIGH if grave else Severity.MEDIUM
            yield Hit(source.path, chain.line, chain.end_line, message, unit.symbol, severity)


def _goes_on(unit: Unit, chain: Chain) -> bool:
    """Whether the instruction of an image has more to do with what may have failed, and fails then."""
    return unit.name == IMAGE and bool(unit.body) and unit.body[-1].end_line > chain.end_line


def _failed_ends(answers: Answers) -> frozenset[int]:
    """The lines that end the run as failed: a command right above only shows why."""
    return frozenset(one.line for one in answers.commands if one.name in ("exit", "return") and one.texts[1:] == ("1",))


def _matters(unit: Unit, text: str) -> bool:
    """Recipes of make are full of commands that only help people; those that deploy, test or check are judged."""
    if not unit.recipe or claims_work(unit.name) or _SHIPS.search(unit.name):
        return True
    return _GRAVE.search(f"{unit.name} {text}") is not None


def _accepted(source: Source, unit: Unit) -> Iterator[Hit]:
    """``pytest || [ $? -eq 5 ]``: that no test was found counts as success (https://docs.pytest.org/en/stable/reference/exit-codes.html)."""
    for node in statements(unit.body):
        if not isinstance(node, Chain) or node.operator != "||" or not isinstance(node.left, Command):
            continue
        runs = node.left.name in ("pytest", "py.test") or " pytest " in f"{node.left.text} "
        if runs and isinstance(node.right, Command) and _NO_TESTS.search(node.right.text):
            message = "That pytest found no tests, or could not be called as it was, counts as success."
            yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _switched_off(source: Source, unit: Unit) -> Iterator[Hit]:
    """``set +e`` after which no exit status is looked at."""
    commands = list(all_commands(unit.body))
    for index, command in enumerate(commands):
        if command.name != "set" or "+e" not in command.texts:
            continue
        after = commands[index + 1 :]
        works = any(effect_of(one, unit.functions) is Effect.WORK for one in after)
        if works and not any(_looks_at_status(one) for one in after):
            message = "After 'set +e' no command can fail the step, and no exit status is looked at."
            yield Hit(source.path, command.line, command.line, message, unit.symbol)


def _looks_at_status(command: Command) -> bool:
    texts = [*command.texts, *(one.value.text for one in command.assignments)]
    if effect_of(command) is Effect.PRINT:
        return False  # what is printed decides nothing
    return any("$?" in text or "PIPESTATUS" in text for text in texts) or (
        command.name == "exit" and command.texts[1:] != ("0",)
    )


RULE = Rule(
    id="AUD402",
    name="ignored-failure",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the failure of every command that matters count?",
    why="'|| true' turns a failed scan, backup or deployment into a success.",
    limits=(
        "Cleaning up, asking (grep, diff), creating what may exist, best-effort notifications and fallbacks inside of "
        "substitutions are left alone; so is 'set +e' where the exit status is looked at afterwards."
    ),
    fix="Let the command fail, or look at its exit status and decide.",
    since="0.1.0",
    effort=20,
    reads=EVERY_READER,
    triggers=("||", "set +e", "\t-", "\t@-", ".ignore", "ignore_error", "ignore_outcome", " - ", " -"),
    check_file=_check,
    examples=(
        Example(
            title="A download that an empty file replaces, a decryption that the raw file does, a run that may find no tests, and a status that is only printed",
            files={
                "ops/check.sh": (
                    '#!/bin/bash\naws s3 cp "s3://saves/$1" "$WORK/last.dump" || touch "$WORK/last.dump"\ngpg --decrypt "$WORK/last.dump" > "$WORK/plain.dump" || cp "$WORK/last.dump" "$WORK/plain.dump"\n'
                    "curl -fo new.json https://shop.test/prices || cp old.json new.json\n"
                ),
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest tests/slow || [ $? -eq 5 ]\n      - run: |\n          set +e\n          python ops/compare.py till stock\n"
                    '          echo "comparison ended with $?"\n      - run: |\n          set +e\n          python ops/compare.py till stock\n          status=$?\n          echo "$status"\n          exit $status\n'
                ),
            },
            found=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:8", "ops/check.sh:2", "ops/check.sh:3"),
        ),
        Example(
            title="A report that is read for a score, which is assumed where there is no report, and one that decides",
            files={
                ".github/workflows/ci.yml": (
                    'on: push\njobs:\n  score:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ruff check . --output-format json > ruff.json || true\n          SCORE=$(python score.py ruff.json || echo "85")\n          [ "$SCORE" -ge 80 ] || exit 1\n'
                    '      - run: |\n          ruff check . --output-format json > ruff.json || true\n          SCORE=$(python score.py ruff.json)\n          [ "$SCORE" -ge 80 ] || exit 1\n'
                )
            },
            found=(".github/workflows/ci.yml:7",),
        ),
        Example(
            title="A recipe that cannot fail",
            files={
                "Makefile": "deploy:\n\t-kubectl apply -f k8s/$(ENV).yml\n\ntest:\n\tpytest tests || true\n\ndrill:\n\tshopctl drill --lose primary || true\n\nclean:\n\t-rm -rf build\n\t-poetry run clean-all\n"
            },
            found=("Makefile:2", "Makefile:5", "Makefile:8"),
        ),
        Example(
            title="A scan that cannot fail, and a restore that may",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    "          pip install safety\n          safety check || true\n"
                ),
                "scripts/rollback.sh": 'cp -r "$1"/config/* config/ || true\n',
            },
            found=(".github/workflows/ci.yml:8", "scripts/rollback.sh:1"),
        ),
        Example(
            title="A job of a cluster and a service that end well whatever happens, and ones that prepare",
            files={
                "k8s/save.yaml": (
                    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: save\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: save\n"
                    "              image: shop:1\n              command:\n                - sh\n                - -c\n                - shopctl backup --all || true\n"
                    "            - name: tidy\n              image: shop:1\n              command: [sh, -c, 'mkdir /data || true; exec shop']\n"
                ),
                "deploy/compose.yaml": "services:\n  move:\n    image: shop:1\n    entrypoint: [sh, -c]\n    command:\n      - shopctl migrate || true\n",
                "compose.yaml": 'services:\n  move:\n    image: shop:1\n    command: >\n      sh -c "\n      shop migrate\n      || true"\n',
            },
            found=("compose.yaml:6", "deploy/compose.yaml:6", "k8s/save.yaml:16"),
        ),
        Example(
            title="A report is written, and then the same scan counts; another one does not",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    "          bandit -r src -f json -o bandit.json || true\n          bandit -r src\n"
                    "          safety check --json > safety.json || true\n          safety check || true\n"
                    "          cp -r notes package/ || true\n          cp -r app package/\n"
                ),
            },
            found=(".github/workflows/ci.yml:9", ".github/workflows/ci.yml:10", ".github/workflows/ci.yml:11"),
        ),
        Example(
            title="An answer that is written down, and read on the next line",
            files={
                "scripts/migrate_keys.sh": (
                    'docker exec "$box" sh -c "wget -S -O /tmp/key http://127.0.0.1:80/key 2>/tmp/key-answer" || true\n'
                    "code=$(docker exec \"$box\" awk '/^HTTP/ { code=$2 } END { print code }' /tmp/key-answer)\n"
                    'if [ "$code" != "200" ]; then\n  exit 1\nfi\n'
                    'pg_dump shop > /tmp/dump.sql || true\nsize=$(wc -c < /tmp/dump.sql)\necho "$size"\n'
                    'kubectl wait --for=condition=complete job/names || true\nkubectl logs job/names\nok=$(kubectl get job names -o jsonpath={.status.succeeded})\n[ "$ok" = 1 ] || exit 1\n'
                    "kubectl wait --for=condition=complete job/other || true\n"
                    'pg_dump till > /tmp/till.sql || true\nso=$(wc -c < /tmp/till.sql)\n[ "$sold" -gt 0 ] || exit 1\n'
                )
            },
            found=("scripts/migrate_keys.sh:14", "scripts/migrate_keys.sh:6", "scripts/migrate_keys.sh:13"),
        ),
        Example(
            title="Nothing to do, and a question",
            files={
                "scripts/notify.sh": (
                    'notify() {\n  [ -n "$HOOK" ] || return 0\n  curl -f "$HOOK"\n}\n'
                    "command -v git > /dev/null || true\nnotify\ntest_trace() {\n  [[ $LEVEL_AS_INT -ge 5 ]] || return 0\n  echo trace\n}\ntest_trace\n"
                    'is_main() {\n  [[ $MODULE = main ]]\n}\ntest_parts() {\n  is_main || return 0\n  shop test\n}\ntest_parts\n[[ "${1:-}" == "test" ]] || exit 0\n'
                    '[[ -f ${FILE} ]] || touch "${FILE}"\nexec 9> /tmp/lock || exit 0\n'
                    'timeout 5 shopd replicate || true\nssh -i key -o StrictHostKeyChecking=accept-new -p 2222 root@localhost "ls -la /backup" || true\n'
                    'helm list -A || true\nhelm_cleanup() {\n  "$helm_path" --namespace shop delete shop || true\n}\nhelm_cleanup\n'
                    "hatch run pre-commit run end-of-file-fixer --files notes.txt || true\n"
                )
            },
        ),
        Example(
            title="Checks that count their failures, by which the script ends",
            files={
                "scripts/smoke_test.sh": (
                    '#!/bin/bash\nfailed=0\nbad() {\n  echo "bad: $1"\n  failed=$((failed + 1))\n}\ntest_api() {\n  curl -f "$API/health" || bad api\n}\n'
                    "test_api || true\nif [ $failed -gt 0 ]; then\n  exit 1\nfi\n"
                )
            },
        ),
        Example(
            title="A count that decides nothing",
            files={
                "scripts/smoke_test.sh": (
                    '#!/bin/bash\nfailed=0\ntest_api() {\n  curl -f "$API/health" && return 0\n  failed=$((failed + 1))\n  return 1\n}\n'
                    'test_api || true\necho "$failed failed"\n'
                )
            },
            found=("scripts/smoke_test.sh:8",),
        ),
        Example(
            title="Cleaning up, counting, and an exit status that is looked at",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    "          docker rm -f api || true\n          dump_shop_logs || true\n          kubectl create serviceaccount shop -n kube-system || true\n          if [ -n $bad ]; then\n            trivy fs . || true\n            exit 1\n          fi\n          brew untap shop/tap || true\n          aws ec2 delete-security-group --group-id $sg || true\n          docker run --rm -v $PWD/test:/mnt alpine sh -c 'rm -rf /mnt/out' || true\n          mv /etc/shop.d/0*.conf /etc/shop.old/ 2>/dev/null || true\n          ssh -p 22 host sudo systemctl stop api || true\n          kubectl rollout history deployment/api || true\n          n=$(grep -c ERROR log.txt || true)\n          grep WARN log.txt | tee warnings.txt || true\n"
                    "          set +e\n          pytest\n          code=$?\n          set -e\n          exit $code\n"
                )
            },
        ),
    ),
)
