"""AUD110: a step that says that it works, and only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.shell_program import commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import is_hollow, is_quiet_wait, printed_command, tells_nobody
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GRAVE = pattern(
    r"(?i)deploy|roll(ing)?[ _-]?back|back(ing)?[ _-]?up|restor|migrat|traffic|switch|smoke|health|failover"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is None or unit.function or is_quiet_wait(unit):
            continue
        if not (is_hollow(unit) or tells_nobody(unit)):
            told = printed_command(unit)
            if told is not None:
                message = f"The step {unit.name!r} prints the command that is to do the work, and does not run it."
                yield Hit(source.path, told.line, told.end_line, message, unit.symbol)
            continue
        lines = [command.line for command in commands(unit.body)]
        name = unit.name or "without a name"
        message = f"The step {name!r} says that it does work, and its commands only print, set or wait."
        severity = Severity.HIGH if _GRAVE.search(_texts(unit)) else Severity.MEDIUM
        yield Hit(source.path, min(lines), max(lines), message, unit.symbol, severity)


def _texts(unit: Unit) -> str:
    return unit.name or " ".join(printed(command) for command in commands(unit.body))


RULE = Rule(
    id="AUD110",
    name="echo-only-step",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every step that claims to deploy, test, check, back up or notify do so?",
    why=(
        "A step named 'Deploy to production' that prints a line is green for ever. Whoever reads the run believes that "
        "the work was done."
    ),
    limits=(
        "A step counts as hollow only if every command in it prints, sets a variable, waits or exits. Steps that show, "
        "summarise or record something, and those that report how other jobs ended, are left alone."
    ),
    fix="Write the command that does the work, or remove the step and the claim with it.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"github-action", "github-workflow", "gitlab-ci", "pipeline"}),
    check_file=_check,
    examples=(
        Example(
            title="a page to nobody",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Page on-call\n        if: failure()\n        run: echo "Paging on-call engineer"\n',
            },
            found=(".github/workflows/go.yml:8",),
        ),
        Example(
            title="a backup that is announced, and a value that is written down in its place; a step that only chooses",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Backup database\n        run: |\n          echo "Creating database backup..."\n          ID="backup-$(date +%s)"\n          echo "id=$ID" >> $GITHUB_ENV\n      - name: Set the target of the backup\n        run: |\n          echo "Setting the target"\n          echo "id=1" >> $GITHUB_ENV\n',
            },
            found=(".github/workflows/go.yml:8",),
        ),
        Example(
            title="a command of delivery that is printed beside other work, and one that is printed and run",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Deploy to cluster\n        run: |\n          base64 -d config.b64 > config\n          echo "kubectl --kubeconfig config set image deploy/shop shop=$TAG"\n      - name: Deploy the web\n        run: |\n          echo "kubectl apply -f web.yml"\n          kubectl apply -f web.yml\n',
            },
            found=(".github/workflows/go.yml:9",),
        ),
        Example(
            title="a verdict that only stands where nothing was to be checked",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Succeed\n        if: steps.changed.outputs.any == 'false'\n        run: echo \"No artifact changes found. CI check passed.\"\n",
            },
        ),
        Example(
            title="a verdict on a check that is not made, and an announcement that stands alone",
            files={
                ".gitlab-ci.yml": 'licences:\n  script:\n    - echo "licence check passed"\nopening:\n  script:\n    - echo "Starting the release"\n',
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: SBOM\n        run: echo "Generating SBOM"\n',
            },
            found=(
                ".gitlab-ci.yml:3",
                ".github/workflows/go.yml:7",
            ),
        ),
        Example(
            title="A deployment and a smoke test that print",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Deploy to staging\n        run: |\n          echo "Deploying ${{ github.sha }}"\n'
                    '          # kubectl apply -f k8s/\n          echo "done"\n'
                    '      - name: Run smoke tests\n        run: echo "Smoke tests passed"\n'
                )
            },
            found=(".github/workflows/release.yml:8", ".github/workflows/release.yml:12"),
        ),
        Example(
            title="A GitLab job that prints",
            files={
                ".gitlab-ci.yml": 'deploy-production:\n  stage: deploy\n  script:\n    - echo "Deploying to production"\n'
            },
            found=(".gitlab-ci.yml:4",),
        ),
        Example(
            title="A release that is routed in words, a command that is printed, and a message to nobody",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Tenth\n        run: |\n          echo "Routing 10% of the orders to the new release"\n          echo "New release is healthy"\n'
                    '      - name: Create the namespace\n        run: echo "kubectl create namespace shop"\n'
                    '      - name: Make provenance\n        run: echo "Attestation is a placeholder for now"\n'
                    "      - name: Notify the team\n        run: |\n"
                    '          if [ "${{ job.status }}" = success ]; then\n            echo "All is well"\n          else\n            echo "Look here"\n          fi\n'
                )
            },
            found=(
                ".github/workflows/release.yml:8",
                ".github/workflows/release.yml:11",
                ".github/workflows/release.yml:13",
                ".github/workflows/release.yml:16",
            ),
        ),
        Example(
            title="A snapshot in words, alone in a job that others wait for",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n  save:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - name: Snapshot of the database\n        run: |\n          echo 'Requesting snapshot'\n          sleep 20\n          echo 'Snapshot available'\n"
                )
            },
            found=(".github/workflows/release.yml:13",),
        ),
        Example(
            title="Values that are set, and steps that are told to people",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Set up variables\n        run: echo "Stage is ${{ inputs.stage }}"\n'
                    '      - name: Next steps\n        run: echo "kubectl get pods shows what runs"\n'
                    '      - name: Begin\n        run: echo "Starting the release"\n'
                    '      - name: Notify the team\n        run: |\n          if [ -n "$HOOK" ]; then\n            curl -d done "$HOOK"\n          fi\n'
                )
            },
        ),
        Example(
            title="A step that prints what it did, and one that shows a summary",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Deploy to staging\n        run: |\n          echo "Deploying"\n'
                    "          kubectl apply -f k8s/\n"
                    '      - name: Print deployment summary\n        run: echo "Deployed ${{ github.sha }}"\n'
                )
            },
        ),
    ),
)
