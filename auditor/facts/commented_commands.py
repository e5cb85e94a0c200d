"""Comments that hold commands: work that was written down and switched off."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Comment

__all__ = ["CommentedCommands", "commented_commands"]

_OFFER = pattern(r"(?i)\buncomment\b.*\b(?:if|for|when|to)\b")
_LABEL = pattern(r"(?i)^\s*(examples?|e\.g\.|for example|or|then|i\.e\.|such as|todo)\s*:\s*|^\s*\$ ")
_TOOL = pattern(
    r"^(sudo +)?(kubectl|docker|docker-compose|podman|helm|terraform|ansible|ansible-playbook|curl|wget|aws|gcloud|az|pytest|"
    r"tox|pip3?|npm|npx|yarn|pnpm|ssh|scp|rsync|psql|pg_dump|pg_restore|mysql|mysqldump|mongodump|mongorestore|redis-cli|"
    r"systemctl|service|nginx|sed|awk|grep|tar|chmod|chown|mkdir|cp|mv|rm|cd|cat|python3?|apt-get|git|make|bash|sh|source|echo|"
    r"export|sleep|crontab|flyctl|heroku|vercel|netlify|gh|cargo|go|mvn|gradle|poetry|uv|alembic|sendmail|mail|jq|test|"
    r"pg_ctl|pg_basebackup|patronictl|repmgr|etcdctl|velero|restic|borg|rclone|certbot|iptables|ufw|supervisorctl|pm2|eksctl|istioctl|argocd|"
    r"flux|skaffold|pulumi|nomad|vault|consul|trivy|snyk|k6|locust|newman)\s+(\S+)"
)
_PATH_COMMAND = pattern(r"^(\./|scripts/|bin/)[\w./-]+(\s|$)")
_CONTROL = pattern(r"^(for \w+ in .+|while .+;\s*do|until .+;\s*do|if (\[|!|[a-z-]+ ).*;\s*then)$")
_INNER = pattern(r"^(do|done|then|fi|else|elif .*then|esac|\}|\{|exit \d+|sleep \d+|break|continue)\b.*$")
_PROSE_NEXT = pattern(
    r"(?i)^(is|are|was|were|will|would|should|must|can|may|has|have|does|do|needs?|to|the|a|an|and|or|for|with|in|on|from|that|"
    r"this|it|all|as|of|by|only|not|here|sure|up|out|use|uses|using|when|if)[,.:;]?$"
)
_CALL = pattern(r"^[A-Za-z]\w*(?:\s+(?:\"[^\"]*\"|'[^']*'|\$\S+|[\w./=-]*[./=\d-][\w./=-]*))*$")
"""A call with nothing but arguments behind it: prose goes on in words."""
_QUOTED = pattern(r"\"[^\"]*\"|'[^']*'")
_SHELLISH = pattern(r"(^|\s)-{1,2}\w|/|\$|=|\||>|\"|'|\.(sh|py|ya?ml|json|sql)\b")
_PROSE = pattern(r"([A-Za-z]+,? ){3}[A-Za-z]{2,}|\w[.:!?]$|\.\s+[A-Z]")
_SUBCOMMAND = pattern(
    r"^(sudo +)?(kubectl (apply|rollout|delete|patch|set|scale)|docker (build|push|pull|stop|rm|run|compose)|helm (upgrade|install|rollback)|"
    r"terraform (apply|init|plan)|git (push|pull|tag|commit)|npm (run|ci|install|test|publish)|systemctl (restart|reload|start|stop)|make [a-z-]+$|cd [\w./-]+$|pytest [\w./-]+$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentedCommands:
    """Adjacent comment lines that hold commands; `text` is the first command.

    `offered` where the line before tells the reader to uncomment them if need be.
    """

    text: str
    line: int
    end_line: int
    offered: bool = False


def commented_commands(
    comments: Sequence[Comment], after: int = 0, functions: Container[str] = ()
) -> tuple[CommentedCommands, ...]:
    """The runs of commented-out commands that begin after line `after`; a call of one of the `functions` is a command, too."""
    found: list[CommentedCommands] = []
    current: list[Comment] = []
    offers = frozenset(comment.line + 1 for comment in comments if _OFFER.search(comment.text))
    for comment in comments:
        if not comment.alone or comment.line <= after:
            continue
        adjacent = bool(current) and comment.line == current[-1].line + 1
        if current and not (
            adjacent and (_is_command(comment.text, functions) or _continues(current[-1].text, comment.text))
        ):
            found.append(_run(current, offers))
            current = []
        if current or _is_command(comment.text, functions):
            current.append(comment)
    if current:
        found.append(_run(current, offers))
    return tuple(found)


def _run(comments: list[Comment], offers: frozenset[int]) -> CommentedCommands:
    return CommentedCommands(
        text=_stripped(comments[0].text),
        line=comments[0].line,
        end_line=comments[-1].line,
        offered=comments[0].line in offers,
    )


def _stripped(text: str) -> str:
    return _LABEL.sub("", text).strip()


def _continues(before: str, text: str) -> bool:
    return before.rstrip().endswith("\\") or _INNER.search(text.strip()) is not None


def _is_command(comment: str, functions: Container[str] = ()) -> bool:
    text = _stripped(comment)
    if "_" in text and (_CALL.search(text) is not None and text.split()[0] in functions):
        return True
    if _CONTROL.search(text):
        return True
    bare = _QUOTED.sub("''", text)
    if _PATH_COMMAND.search(text):
        return _PROSE.search(bare) is None
    tool = _TOOL.match(text)
    if tool is None or _PROSE_NEXT.search(tool.group(3)) or _PROSE.search(bare):
        return False
    return _SHELLISH.search(text) is not None or _SUBCOMMAND.search(text) is not None
