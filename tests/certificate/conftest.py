"""A realistic audit of a small shop in a real repository, and keys to sign its certificate."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, SSlibKey

from auditor import __version__
from auditor.certificate import keys
from auditor.facts.excerpt import excerpt_of, lines_of
from auditor.model.audit import (
    SCHEMA,
    Audit,
    Band,
    FileRecord,
    GradeTable,
    InventorySummary,
    RubricIdentity,
    RulePack,
    SecretRow,
    Tool,
    UnjudgedFile,
)
from auditor.model.finding import Category, Confidence, Finding, Severity
from auditor.model.outcome import (
    ComponentResult,
    Condition,
    CriterionResult,
    Decision,
    Evidence,
    EvidenceKind,
    Outcome,
    PathStep,
    Priority,
    Score,
    Verdict,
    Waiver,
)
from auditor.model.repository import RepositoryIdentity
from auditor.model.source import LeftOut

FILES = {
    ".github/workflows/deploy.yml": """name: deploy
on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: Deploy to production
        run: |
          echo "Deploying to production..."
          # kubectl apply -f k8s/
          echo "Deployed"
      - name: Smoke test
        run: make smoke || true
""",
    "app/health.py": '''"""Health of the shop."""


def check_health(url: str) -> bool:
    """Ask the service whether it is up."""
    password = "hunter2-very-secret"
    return True
''',
    "app/settings.py": 'import os\n\nPAYMENT_API_KEY = os.environ["PAYMENT_API_KEY"]\nDATABASE = "postgres://localhost/shop"\n',
    "scripts/rollback.py": "import subprocess\n\n\ndef roll_back(to: str) -> None:\n    subprocess.run(['deploy', to], check=True)\n",
    "README.md": "# Shop\n\nSells things.\n",
    ".auditor.yaml": """components:
  delivery: {kind: delivery, paths: [/.github/, /scripts/]}
  application: {kind: application, paths: ["*"]}
""",
}
DELIVERY, APPLICATION = "delivery", "application"
COMMIT, TREE = "4f1c2a9" + "0" * 33, "9e07b1" + "0" * 34


def finding(  # noqa: PLR0913, PLR0917 - one for each column
    rule: str, name: str, category: Category, path: str, lines: tuple[int, int], message: str, **more: str
) -> Finding:
    """A finding whose excerpt is what the file holds at these lines."""
    return Finding(
        rule=rule,
        name=name,
        category=category,
        severity=Severity(more.get("severity", "critical")),
        confidence=Confidence.HIGH,
        component=DELIVERY if path.startswith(".github") else APPLICATION,
        path=path,
        start_line=lines[0],
        end_line=lines[1],
        message=message,
        excerpt=excerpt_of(lines_of(FILES[path].encode()), *lines),
        fingerprint=hashlib.sha256(f"{rule}{path}{lines}".encode()).hexdigest()[:32],
        reached_from=more.get("reached_from"),
        waived_by=more.get("waived_by"),
    )


def digest_of(component: str) -> str:
    """The digest over the files of a component, as docs/certificate-format.md has it."""
    own = {
        path: text
        for path, text in FILES.items()
        if path.startswith((".github/", "scripts/")) is (component == DELIVERY)
    }
    rows = sorted(f"{blob_of(text)} {path}" for path, text in own.items())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def blob_of(text: str) -> str:
    return hashlib.sha1(b"blob %d\0" % len(text.encode()) + text.encode()).hexdigest()


FINDINGS = (
    finding("AUD104", "echo-only-step", Category.PLACEHOLDER, ".github/workflows/deploy.yml", (7, 11),
            "Step `Deploy to production` prints that it deploys and runs no command", reached_from="push to main"),
    finding("AUD103", "commented-out-command", Category.PLACEHOLDER, ".github/workflows/deploy.yml", (10, 10),
            "`kubectl apply -f k8s/` stands in a comment", reached_from="push to main"),
    finding("AUD402", "soft-failing-step", Category.UNTESTED_WORKFLOW, ".github/workflows/deploy.yml", (13, 13),
            "`make smoke || true` cannot fail", severity="high", reached_from="push to main"),
    finding("AUD203", "unconditional-success", Category.MOCKED_METRIC, "app/health.py", (4, 7),
            "check_health asks nothing and returns True", severity="high"),
    finding("AUD301", "undeclared-secret", Category.MISSING_SECRET, "app/settings.py", (3, 3),
            "PAYMENT_API_KEY is used and declared nowhere", severity="high"),
    finding("AUD312", "localhost-endpoint", Category.LOCALHOST_ENDPOINT, "app/settings.py", (4, 4),
            "DATABASE points at localhost", severity="medium", waived_by="W1"),
)  # fmt: skip


def criterion(
    key: str, question: str, section: str, severity: str, outcome: Outcome, **more: object
) -> CriterionResult:
    """A criterion's result; what is not named is what most have."""
    base = CriterionResult(
        id=key,
        question=question,
        section=section,
        severity=Severity(severity),
        blocker=False,
        outcome=outcome,
        outcome_as_found=outcome,
        deduction=0,
        deduction_as_found=0,
        reason="",
        evidence=(),
        findings=(),
        risk="a release is reported that never happened",
        mitigation="run the command, and fail where it fails",
    )
    return replace(base, **more)  # type: ignore[arg-type] # the tests' own keywords


def keys_of(*positions: int) -> tuple[str, ...]:
    return tuple(FINDINGS[position].fingerprint for position in positions)


def delivery() -> ComponentResult:
    criteria = (
        criterion("DEL-1", "Does every deployment step deploy?", "operations", "critical", Outcome.NOT_MET, blocker=True,
                  deduction=21, deduction_as_found=21, reason="20 + 1 for 1 more finding = 21", findings=keys_of(0, 1),
                  condition="C1"),
        criterion("DEL-2", "Do gates fail when they fail?", "operations", "high", Outcome.NOT_MET, deduction=10,
                  deduction_as_found=10, reason="10 = 10", findings=keys_of(2), condition="C3",
                  risk="a broken release is not held back", mitigation="drop `|| true`"),
        criterion("DEL-3", "Is there a rollback?", "recovery", "high", Outcome.MET, evidence=(
            Evidence(kind=EvidenceKind.MEASURED, note="rolls back to a version", path="scripts/rollback.py", start_line=4,
                     end_line=5, excerpt=excerpt_of(lines_of(FILES["scripts/rollback.py"].encode()), 4, 5)),)),
        criterion("DEL-4", "Has a restore been exercised?", "recovery", "medium", Outcome.UNKNOWN, deduction=3,
                  deduction_as_found=3, reason="half of 5, rounded up = 3: no report of a drill was given"),
        criterion("DEL-5", "Is the chart linted?", "operations", "low", Outcome.NOT_APPLICABLE, reason="there is no chart"),
    )  # fmt: skip
    return ComponentResult(
        name=DELIVERY, title="Delivery", kind="delivery", weight=2, owners=("@platform",), paths=("/.github/", "/scripts/"),
        files=2, lines=18, digest=digest_of(DELIVERY), score=59, as_found=59, grade="F", status="not ready", capped=True, evaluated=True,
        criteria=criteria,
    )  # fmt: skip


def application() -> ComponentResult:
    criteria = (
        criterion("APP-1", "Does every check look at what it reports?", "operations", "high", Outcome.NOT_MET, deduction=10,
                  deduction_as_found=10, reason="10 = 10", findings=keys_of(3), condition="C2",
                  risk="an outage is not seen", mitigation="ask the service"),
        criterion("APP-2", "Is every secret declared?", "operations", "high", Outcome.NOT_MET, deduction=10,
                  deduction_as_found=10, reason="10 = 10", findings=keys_of(4), condition="C4",
                  risk="the first payment fails", mitigation="declare PAYMENT_API_KEY in the template"),
        criterion("APP-3", "Do production settings name production hosts?", "documentation", "medium", Outcome.MET,
                  outcome_as_found=Outcome.NOT_MET, deduction_as_found=5, reason="waived by W1", findings=keys_of(5),
                  risk="the shop cannot reach its database", mitigation="take the address from the environment"),
        criterion("APP-4", "Is there a README?", "documentation", "low", Outcome.MET, evidence=(
            Evidence(kind=EvidenceKind.MEASURED, note="a section on what it does", path="README.md", start_line=1,
                     end_line=3, excerpt=FILES["README.md"].rstrip()),)),
    )  # fmt: skip
    return ComponentResult(
        name=APPLICATION, title="Application", kind="application", weight=1, owners=("@shop",), paths=("/app/",), files=3,
        lines=14, digest=digest_of(APPLICATION), score=80, as_found=75, grade="B", status="ready with conditions", capped=False,
        evaluated=True, criteria=criteria,
    )  # fmt: skip


def condition(  # noqa: PLR0913, PLR0917 - one for each column
    key: str, title: str, closes: str, component: str, priority: Priority, effort: int, due: str
) -> Condition:
    return Condition(
        id=key, title=title, criterion=closes, component=component, priority=priority, owner="@platform", effort=effort,
        due=due, acceptance=f"`auditor scan` finds {closes} met", findings=(),
    )  # fmt: skip


CONDITIONS = (
    condition("C1", "Deploy for real in `deploy.yml`", "DEL-1", DELIVERY, Priority.P0, 240, "2026-12-08"),
    condition("C2", "Let check_health ask the service", "APP-1", APPLICATION, Priority.P1, 120, "2026-12-15"),
    condition("C3", "Let the smoke test fail", "DEL-2", DELIVERY, Priority.P1, 30, "2026-12-15"),
    condition("C4", "Declare PAYMENT_API_KEY", "APP-2", APPLICATION, Priority.P1, 60, "2026-12-15"),
    condition("C5", "Exercise a restore", "DEL-4", DELIVERY, Priority.P2, 90, "2026-12-31"),
)
GRADES = GradeTable(
    bands=(
        Band(floor=90, grade="A", status="ready"),
        Band(floor=80, grade="B", status="ready with conditions"),
        Band(floor=70, grade="C", status="needs work"),
        Band(floor=60, grade="D", status="needs much work"),
        Band(floor=0, grade="F", status="not ready"),
    ),
    impacts=(("critical", 20), ("high", 10), ("medium", 5), ("low", 2)),
    go_score=90,
    go_coverage=80,
    no_go_below=60,
    blocker_cap=59,
)
VERDICT = Verdict(
    decision=Decision.NO_GO,
    why_not_better=("DEL-1 is a blocker and is not met",),
    why_not_worse=(),
    path_to_go=(
        PathStep(condition="C1", score=76), PathStep(condition="C3", score=84), PathStep(condition="C2", score=88),
        PathStep(condition="C4", score=91),
    ),
    score_after=91,
    decision_after=Decision.GO,
)  # fmt: skip


def records() -> tuple[FileRecord, ...]:
    cited = sorted({one.path for one in FINDINGS} | {"README.md", "scripts/rollback.py"})
    return tuple(
        FileRecord(
            path=path,
            lines=FILES[path].count("\n"),
            blob=blob_of(FILES[path]),
            sha256=hashlib.sha256(FILES[path].encode()).hexdigest(),
        )
        for path in cited
    )


def build(commit: str | None = COMMIT, tree: str | None = TREE, **changes: object) -> Audit:
    """The audit of the shop; any field can be changed."""
    base = Audit(
        schema=SCHEMA,
        certificate_id="PRA-SHOP-20261201-093000",
        tool=Tool(name="auditor", version=__version__, rule_pack=RulePack(version="2026.11", digest="12" * 32)),
        repository=RepositoryIdentity(name="shop", commit=commit, tree=tree, dirty=commit is None, git=commit is not None),
        rubric=RubricIdentity(
            id="production-readiness", title="Production readiness", version="1.0.0", digest="34" * 32,
            kind="production-readiness-audit", grades=GRADES,
            sections=(("operations", "Operational readiness"), ("recovery", "Disaster recovery"),
                      ("documentation", "Documentation")),
        ),
        scanned_at="2026-12-01T09:30:00Z",
        valid_until="2026-12-31",
        decision=Decision.NO_GO,
        score=Score(overall=66, as_found=64, evidence_coverage=87, grade="D", decided=7, applicable=8,
                    arithmetic="(2*59 + 1*80) / 3 = 198 / 3 = 66"),
        verdict=VERDICT,
        components=(delivery(), application()),
        conditions=CONDITIONS,
        waivers=(Waiver(id="W1", rule="AUD312", path="app/settings.py", reason="development only", approver="@lead",
                        expires="2027-01-15", findings=keys_of(5)),),
        findings=FINDINGS,
        secrets=(SecretRow(name="PAYMENT_API_KEY", first_use="app/settings.py:3", declared=None, validated=None, passed=()),),
        inventory=InventorySummary(
            files=5, lines=32, by_language=(("python", 3, 14), ("yaml", 1, 13), ("markdown", 1, 3)),
            by_role=(("shipped", 4), ("documentation", 1)),
            left_out=(LeftOut("vendor", "a vendored tree", 812),),
            unjudged=(UnjudgedFile(path="app/old.py", line=3, reason="not Python: unexpected indent"),),
        ),
        evidence_files=records(),
        limits=("Nothing of the repository was run.",),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type] # the tests' own keywords


@pytest.fixture
def audit() -> Audit:
    return build()


@pytest.fixture(scope="session")
def signer() -> CryptoSigner:
    return CryptoSigner.generate_ed25519()


@pytest.fixture(scope="session")
def public(signer: CryptoSigner) -> SSlibKey:
    return signer.public_key


@pytest.fixture(scope="session")
def stranger() -> SSlibKey:
    return keys.load_public_key(keys.generate().public)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as a git repository with one commit."""
    folder = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Sell things"]):
        git(folder, *arguments)
    return folder


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=shop", "-c", "user.email=shop@example.invalid", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()
