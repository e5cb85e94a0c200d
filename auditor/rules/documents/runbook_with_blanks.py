"""AUD757: a runbook leaves its reader with a blank: nobody's number, a line to fill in, an address of nobody."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.unfilled_field import RULE as UNFILLED

__all__ = ["RULE"]

_PROCEDURE = pattern(
    r"(?i)run-?book|play-?book|operations|(?:^|/)ops/|on-?call|incident|disaster|escalation|recovery|(?:^|/)dr\.md$|failover|emergency|release|deploy"
)
_NO_PROCEDURE = pattern(
    r"(?i)template|example|sample|tutorial|changelog|release[-_]?notes|(?:^|/)releases?/|contributing|proposal|(?:^|/)adrs?/|"
    r"(?:^|[/_-])(?:install(?:ation|ing)?|getting[-_]?started|quick[-_]?start|self[-_]?host(?:ed|ing)?)(?:[/_.-]|$)"
)
"""Among these are guides to an installation, which people elsewhere follow, each with addresses of their own."""
_REPORT = pattern(r"(?i)readiness|certificat|sign[-_]?off|go[-_]?live|go[-_]?no[-_]?go")
_DECIDED = pattern(
    r"(?i)\b(?:status|decision|verdict|recommendation|result)\b\W{1,8}(?:\w+\W+){0,2}(?:approved|ready|go\b|passed|certified)"
)
_NUMBER = pattern(
    r"(?:^|[\s|:(])\+\d{1,3}[ \-](?:\(?0{1,4}\)?[ \-/]?){2,6}0*(?:$|[\s|.,)])|(?:^|[|:(]\s*)\+?0{2,}(?:[ \-]0{2,})+(?:$|[\s|.,)])|\b555[ \-]?01\d\d\b"
)
_LETTERS = pattern(
    r"(?:^|[\s|:(])(?:\+\d{1,3}[ \-.]|\(?0?[Xx]{2,4}\)?[ \-.])(?:\(?[\dXx]{1,4}\)?[ \-.]){0,4}[Xx]{3,4}(?:$|[\s|.,;)])"
)
"""A number with letters where its digits belong: ``+31 20 XXX XXXX``."""
_LINE = pattern(r"(?:[:|\]]|\bby|\bat|\bis)\s*[*_`]{0,2}\s*(?:_{4,}|\.{6,})[*`]{0,2}\s*(?:\||$)")
_LATER = pattern(
    r"(?i)[|:]\s*[*_`(]{0,3}(?:to be (?:agreed|announced|appointed|assigned|confirmed|decided|defined|named|provided)|(?:address|contact|name|number|owner|phone|rota) (?:pending|to follow)|not yet (?:agreed|appointed|assigned|named))[*_`)]{0,3}\s*(?:\||$)"
)
_TO_SET = pattern(
    r"(?i)^[ \t>]*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:last|next|date)[\w ]{2,30}(?:\*\*|__)?:(?:\*\*|__)?[ \t]*\[(?:to be|date|insert|pending|tbd|fill)[^\]]{0,40}\]"
)
_NOBODY = pattern(
    r"(?i)(?:https?://|@|\bssh\s+(?:\w+@)?)((?:[a-z0-9\-]+\.)*(?:example\.(?:com|org|net)|your-?(?:company|domain|org)\.(?:com|org|io)))(?:[/:\s`|)>,.]|$)"
)
_FOR_EXAMPLE = pattern(
    r"(?i)example\W+(?:of|value|host|url|:)|e\.g\.|for instance|such as|replace|instead of|<[a-z_-]+>"
)


_REPLACED = pattern(r"(?i)(?:replace|change|substitute)\W+(?:\w+\W+){0,3}`?[\w.\-]*example\.(?:com|org|net)")
"""How a document says that its reader has an address of his own."""


_FOLLOWED = pattern(
    r"(?i)run-?book|play-?book|operations|on-?call|incident|disaster|escalation|recovery|failover|emergency|rollback|maintenance"
)
"""Documents whose commands are typed as they stand."""
_TYPED = frozenset({"code", "sh", "bash", "shell", "zsh", "console", "yaml", "yml", "hcl", "sql"})
_LEFT_OUT = pattern(
    r"(?i)^\s*(?:#|//|--)\s*(?:\.\.\.|\x{2026})\s*\(?\s*(?:the )?(?:same|repeat|follow|continue|rest|remaining|other|further|more|add|etc|and so on|similar|as above|see)\b"
)
_IN_BRACKETS = pattern(
    r"^\s*(?:-\s+)?[\w.\-]{2,40}:\s*(?:[\"'][^\"'\[\]]{0,20}|[^\"'\[\]\s][^\"'\[\]]{0,20})\[[A-Z\x{c0}-\x{dc}][A-Z\x{c0}-\x{dc} _/\-]{2,30}\][^\"'\[\]]{0,10}[\"']?\s*$|"
    r"(?i:^\s*#\s*\[(?:add|insert|enter|fill|put|todo|agregar|a\x{f1}adir|insertar|completar|ajouter|compl\x{e9}ter|eintragen|inserir|adicionar|inserire|aggiungere)\b[^\]]{0,60}\]\s*$)"
)
_NOWHERE = pattern(
    r"(?:^|[\s\"'=@:])/path/to/[\w.\-]|(?:https?://|@)(?:[\w\-]+\.){0,3}(?:my|your)?-?(?:company|domain)\.(?:com|org|net|io)(?:[/:\s\"'|)]|$)|/services/YOUR/|\bZ12345\d{3,}"
)
"""What a command names that is nobody's: a path, a host, a zone."""


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.MARKDOWN or not _is_relied_on(source):
        return
    replaced = _REPLACED.search(source.text) is not None
    told = {hit.start_line for hit in UNFILLED.check_file(source)} if UNFILLED.check_file else set()
    followed = _FOLLOWED.search(source.path) is not None
    for line in document_lines(source.lines):
        if line.number in told or len(line.text) > 1000:  # noqa: PLR2004 - a field is no long text
            continue
        if line.fence:
            problem = _in_commands(line.text) if followed and line.fence in _TYPED else ""
        else:
            problem = _problem(line.text, replaced=replaced)
        if problem:
            yield Hit(source.path, line.number, line.number, problem)


def _in_commands(text: str) -> str:
    if _LEFT_OUT.search(text):
        return "A part of the procedure is left out here."
    if _IN_BRACKETS.search(text):
        return "This was to be filled in, and never was."
    return "The command names what is nowhere: it was never filled in." if _NOWHERE.search(text) else ""


def _is_relied_on(source: Source) -> bool:
    """Whether somebody follows the document (a procedure), or it says of itself that its decision is taken."""
    if _NO_PROCEDURE.search(source.path) or is_template(source.path):
        return False
    return bool(_PROCEDURE.search(source.path) or (_REPORT.search(source.path) and _DECIDED.search(source.text)))


def _problem(text: str, *, replaced: bool) -> str:
    if _NUMBER.search(text) or _LETTERS.search(text):
        return "The number is nobody's: it was never filled in."
    if _LINE.search(text) or _TO_SET.search(text):
        return "The line was left blank."
    if _LATER.search(text):
        return "This was to be filled in later, and never was."
    host = None if replaced or _FOR_EXAMPLE.search(text) else _NOBODY.search(text)
    return f"At `{host.group(1)}` nobody answers: the address was never filled in." if host else ""


RULE = Rule(
    id="AUD757",
    name="runbook-with-blanks",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every runbook name the numbers, people and pages that its reader needs?",
    why="Who follows it at night dials a row of zeros.",
    limits="Documents whose path says that they are procedures, and reports of readiness that state their decision, outside of blocks of code numbers of zeros or letters, lines to write on, what is yet to be agreed or named, and addresses at reserved domains; in the commands of procedures for emergencies names in brackets, parts left out, and paths and hosts that are nowhere. Fields with TBD and the like are told by AUD103.",
    fix="Fill it in, or say where it is kept.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"markdown"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_file=_check,
    examples=(
        Example(
            title="what those read who run it themselves",
            files={
                "docs/deployment-self-hosting/proxy.md": "# Proxy\n\nThe API is at `https://shop.example.com`, and the proxy on port 8000.\n",
                "docs/deployment/installation.md": "# Installation\n\nOpen `https://shop.example.com` and sign in.\n",
                "docs/deployment/proxy.md": "# Proxy\n\nThe API is at `https://shop.example.com`, and the proxy on port 8000.\n",
            },
            found=("docs/deployment/proxy.md:3",),
        ),
        Example(
            title="commands that name what is nowhere, a part that is left out, and names in brackets",
            files={
                "docs/disaster-recovery.md": (
                    "# Disaster recovery\n\n```bash\ncd /path/to/harbour\ncurl -X POST https://status.mycompany.com/down\n# ... repeat steps for the other region\ncat /var/lib/harbour/path/to/log\n```\n\n"
                    '```yaml\nlead:\n  name: "[NAME]"\n  phone: "+593 [PHONE]"\n  tags: [DNS]\nharbour: [OPEN, CLOSED]\n# [Add the number here]\n```\n\n```text\ncd /path/to/harbour\n```\n'
                ),
                "docs/install.md": "# Install\n\n```bash\ncd /path/to/harbour\n```\n",
            },
            found=(
                "docs/disaster-recovery.md:12",
                "docs/disaster-recovery.md:13",
                "docs/disaster-recovery.md:16",
                "docs/disaster-recovery.md:4",
                "docs/disaster-recovery.md:5",
                "docs/disaster-recovery.md:6",
            ),
        ),
        Example(
            title="a number, a line, a page and an address",
            files={
                "runbooks/INCIDENTS.md": (
                    "# Incidents\n\nDuty phone: +49 000 000000\nSecurity: security@example.com\n\n## Communication\n\nCustomers are called by: ________\n\n"
                    "Plan of the region: https://docs.example.com/shop/region\n\n- **Last restored:** [DATE]\n"
                ),
            },
            found=(
                "runbooks/INCIDENTS.md:10",
                "runbooks/INCIDENTS.md:12",
                "runbooks/INCIDENTS.md:4",
                "runbooks/INCIDENTS.md:8",
            ),
        ),
        Example(
            title="what is to be named later, a number of letters, and a signature under a decision",
            files={
                "docs/oncall.md": "# On call\n\nCall +47 22 XXX XXXX.\n\n| Role | Who |\n|---|---|\n| Manager | to be agreed |\n| Supplier | (contact pending) |\n",
                "docs/READINESS.md": "# Readiness\n\nStatus: **APPROVED**\n\n| Role | Name | Date |\n|---|---|---|\n| Operations | __________ | ____ |\n",
            },
            found=("docs/READINESS.md:7", "docs/oncall.md:3", "docs/oncall.md:7", "docs/oncall.md:8"),
        ),
        Example(
            title="a form nobody has decided on, limits to be agreed upon in a sentence, and sizes",
            files={
                "docs/READINESS.md": "# Readiness\n\nStatus: open\n\nApproved by: __________\n",
                "docs/oncall.md": "# On call\n\nThe window: to be agreed with the customer each time.\n\nSizes: S, M, XXL and XXXL. Codes 5XX and 4XX page.\n",
            },
        ),
        Example(
            title="real numbers, blocks of code, examples, and documents of another kind",
            files={
                "runbooks/incidents.md": (
                    "# Incidents\n\nDuty phone: +49 30 4410 0000\n\n```bash\ncurl https://shop.example.com/health\n```\n\nReplace `https://shop.example.com` by your host.\n\nOrder 1 000 000 rows at most.\n\n----\n____\n"
                ),
                "docs/guide.md": "Ask https://api.example.com/v1.\n",
                "docs/incident-template.md": "Owner: ________\n",
            },
        ),
    ),
)
