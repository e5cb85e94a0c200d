"""What names and printed texts claim: that work is done, that it succeeded, that it failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, Effects, effect_of
from auditor.facts.shell_program import Command, Node, commands

__all__ = [
    "announces_work", "claims_done", "claims_success", "claims_waiting", "claims_work", "denies", "identifier_words", "is_informational",
    "printed", "prints_of", "warns",
]  # fmt: skip

_DENIES = pattern(
    r"(?i)\b(?:not|no|never|skip\w*|would|should|must|will|please|manual\w*|dry|if|to be)\b|n't\b|[?:]\s*$"
)
_WORK = pattern(
    r"(?i)\b(deploy(s|ed|ing|ment)?|roll(ing)?[ _-]?back|rollout|tests?|testing|smoke|back(ing)?[ _-]?up|restor(e|ing)|"
    r"migrat(e|ion|ions|ing)|verif(y|ies|ication|ying)|validat(e|es|ion|ing)|health|checks?|checking|monitor(s|ing)?|"
    r"notif(y|ies|ication|ications|ying)|alerts?|switch(ing)?|shift(ing)?|traffic|scan(s|ning)?|publish(ing)?|provision(ing)?|"
    r"promot(e|ing|ion)|finali[sz](e|ing)|lint(ing)?|audit|benchmarks?|calculat(e|ing)|collect(ing)?|sync(ing)?|seed(ing)?|"
    r"drain(ing)?|failover|scale|scaling|encrypt(ing)?|sign(ing)?|warm(ing)?[ _-]?up|clean[ _-]?up|measure|measuring|build(ing)?|install(ing)?|snapshots?|replicat(e|ing|ion)|revert(ing)?|repoint(ing)?|rotat(e|ing|ion)|purg(e|ing)|invalidat(e|ing)|flush(ing)?|attest(ation)?|provenance|canary|rehears(e|al|ing)|drills?|cut[ _-]?over|fenc(e|ing)|backfill(ing)?|reindex(ing)?|reconcil(e|ing|iation)|archiv(e|ing)|compact(ion|ing)?|vacuum)\b"
)
_ANNOUNCED = pattern(
    r"(?i)^\W*(?:(?:step|phase|stage)?\s*\d+(?:\s*(?:/|of)\s*\d+)?\W+)?(?:re)?(?:deploying|running|performing|executing|creating|switching|shifting|rolling|verifying|monitoring|watching|observing|"
    r"migrating|backing|validating|checking|testing|restoring|publishing|promoting|provisioning|notifying|sending|scanning|replicating|"
    r"draining|scaling|syncing|synchroni[sz]ing|collecting|calculating|measuring|updating|starting|stopping|waiting|cleaning|setting up|building|"
    r"reverting|freezing|fencing|repointing|pointing|rotating|revoking|encrypting|signing|uploading|downloading|importing|exporting|indexing|"
    r"archiving|purging|invalidating|warming|seeding|flushing|evacuating|failing over|cutting over|quiescing|snapshotting|benchmarking|auditing|"
    r"analy[sz]ing|inspecting|comparing|reconciling|registering|enabling|disabling|configuring|applying|installing|stabili[sz]ing|soaking|probing|routing|diverting|quarantining|cordoning|pausing|resuming|tagging|attesting|rehearsing|rebuilding|reindexing|compacting|vacuuming|issuing|renewing|pushing|pulling|loading|posting|paging|clearing|refreshing|reloading|restarting|querying|fetching|evaluating|requesting|tearing down|shutting down|taking|dumping|generating|propagating|shipping|triggering|invoking|calling|rehydrating|truncating|reaping|swapping|cycling|patching|hardening|replaying|resyncing|unlocking|locking|rerouting|redirecting|marking|recording|opening|closing|disabling)\b"
)
_INFORMATIONAL = pattern(
    r"(?i)^\W*(print|show|display|log|echo|debug|list|dump|announce|info|explain|describe|summar|output|set|"
    r"export|determine|record|skip|usage|help|banner|warn|error|fail|success|remind|comment|generate|get|header|section|"
    r"title|separator|note|hint|say|message|msg|ok|pass|die|abort)(\b|_)|"
    r"\b(summary|message|banner|hints?|instructions?|usage|help|reminder|next steps|header|info|metadata|"
    r"env|environment variables|matrix|outputs?|inputs?)$"
)
_SUCCESS = pattern(
    r"(?i)✅|🎉|✔|✓|\b(passed|success|successful|successfully|succeeded|verified|validated|healthy|completed?|started|activated|"
    r"restored|created|switched|deployed|rolled back|reverted|promoted|published|uploaded|migrated|rotated|replicated|renewed|failed over|all good|operational|acceptable|backed up|available|ready|intact|consistent|in sync|nominal|within (?:the )?(?:limits?|bounds?|budgets?|thresholds?|slo|sla|targets?))\b"
)
_DONE = pattern(
    r"(?i)\b(?:promoted|switched|restored|migrated|deployed|rolled back|backed up|updated|reloaded|restarted|scaled|notified|sent|applied|created|uploaded|synced|drained|"
    r"cleaned|cleared|verified|validated|started|stopped|published|pushed|registered|rotated|reverted|removed|repointed|moved|purged|flushed|invalidated|warmed|seeded|revoked|"
    r"imported|exported|archived|signed|encrypted|tagged|frozen|fenced|refreshed|evacuated|paged|routed|points? (?:now )?(?:at|to)|completed?|successful(?:ly)?|done)\b|✅|✓"
)
_NOT_SUCCESS = pattern(
    r"(?i)❌|⚠|\b(not|no|fail|failed|failure|error|warning|unless|if|without|skipped|skipping|unable|cannot)\b|n't\b|\?\s*$"
)
_WARNING = pattern(
    r"(?i)❌|⚠|\b(warning|warn|warnings|fail|failed|fails|failure|mismatch|corrupt|corrupted|unhealthy|degraded|unavailable|exceeded|timed out|unexpected|crashed|not (ready|healthy|found|available|responding)|missing|unreachable|error|errors|down|differs?|mismatched|not met|diverged?|drifted|out of sync|stale|too old|outdated|expired)\b"
)
_WAITING = pattern(
    r"(?i)\b(monitor(ing|s)?|observ(e|ing)|watch(ing)?|verify(ing)?|check(ing)?|validat(e|ing)|wait(ing)? (for|until)|health|soak(ing)?|smoke|stabili[sz])"
)
_PRINTERS = frozenset({"echo", "printf"})
_TRANSPARENT = pattern(r"^\s*([$%\\{}\"'@*#:_\[\]0-9a-zA-Z-]*[$][^ ]*\s*)*$")


def claims_work(text: str) -> bool:
    """Whether a name (words, or an identifier) says that work is done."""
    return _WORK.search(identifier_words(text)) is not None


def announces_work(text: str) -> bool:
    """Whether a printed text says that work is being done ("Deploying ...")."""
    return _ANNOUNCED.search(text) is not None


def claims_waiting(text: str) -> bool:
    """Whether a name or text says that something is waited for, watched or checked."""
    return _WAITING.search(identifier_words(text)) is not None


def claims_success(text: str) -> bool:
    """Whether a printed text says that something went well."""
    return _SUCCESS.search(text) is not None and _NOT_SUCCESS.search(text) is None


def claims_done(text: str) -> bool:
    """Whether a printed text says that some work is done, by a wider choice of words than that of success."""
    return _DONE.search(text) is not None


def denies(text: str) -> bool:
    """Whether a printed text says of what it names that it is not done: left out, asked of others, or only to come."""
    return _DENIES.search(text) is not None


def warns(text: str) -> bool:
    """Whether a printed text says that something is wrong."""
    return _WARNING.search(text) is not None


def is_informational(name: str) -> bool:
    """Whether a name says that something is only shown, set or described."""
    return _INFORMATIONAL.search(identifier_words(name)) is not None


def identifier_words(name: str) -> str:
    """``deploy_to_staging`` and ``deploy-to-staging`` as words."""
    return name.replace("_", " ").replace("-", " ")


def printed(command: Command) -> str:
    """The text that echo, printf or a here-document to cat prints, as far as it is written out."""
    if command.name in _PRINTERS:
        return " ".join(text for text in command.texts[1:] if text not in ("-e", "-n", "-ne", "-en"))
    return " ".join(one.target.text for one in command.redirects if one.operator == "<<")


def prints_of(nodes: Iterable[Node], functions: Mapping[str, Effects] | None = None) -> list[Command]:
    """The commands that print a text of their own: not merely their arguments."""
    found = []
    for command in commands(nodes):
        if effect_of(command, functions) is not Effect.PRINT or not command.words:
            continue
        text = printed(command) if command.name in (*_PRINTERS, "cat") else " ".join(command.texts[1:])
        if text.strip() and _TRANSPARENT.fullmatch(text) is None:
            found.append(command)
    return found
