"""Which metrics exist: those that the repository emits, and those of exporters and platforms that everybody knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.facts.built_names import built_words
from auditor.facts.exporter_prefixes import EXPORTER_PREFIXES, LIBRARY_PREFIXES
from auditor.facts.exporters_scraped import lacks_exporter
from auditor.facts.grafana import GrafanaDashboard
from auditor.facts.helm_text import is_template_path
from auditor.facts.kept_joins import kept
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.named_images import named_images
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts

__all__ = ["MetricCatalogue", "Standing", "metric_catalogue"]

_CODE = frozenset({"python", "go", "java", "javascript", "typescript", "tsx", "rust", "c", "cpp"})
_SUFFIXES = ("_bucket", "_count", "_sum", "_total", "_created", "_info", "_max", "_min")
_UNITS = ("_seconds", "_milliseconds", "_bytes", "_ratio", "_percent", "_meters", "_celsius", "_ms", "_requests")


_BY_LIBRARIES = frozenset({
    "process", "python", "go", "promhttp", "jvm", "nodejs", "dotnet", "http", "fastapi", "flask", "django", "starlette", "gunicorn",
    "uvicorn", "celery", "grpc", "hikaricp", "tomcat", "system", "executor", "logback", "express", "rails", "puma", "sidekiq", "rpc",
    "kestrel", "aspnetcore", "target", "otel", "db", "net", "scrape", "prometheus",
})  # fmt: skip
"""First words of metrics that client libraries emit in any program."""


_PLAIN = pattern(
    r"^http_requests?_(?:total|duration_seconds|duration_milliseconds|size_bytes|errors_total|in_flight|in_progress)(?:_bucket|_sum|_count)?$|^http_errors_total$|^http_response_time_seconds"
)
"""Names under which only code that counts requests itself, and few libraries, show them."""


class Standing(StrEnum):
    """What is known of a metric."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    STRANDED = "stranded"
    UNSCRAPED = "unscraped"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricCatalogue:
    """All names of one repository. `stranded` are names that reach only a Pushgateway that nothing scrapes.

    `judges` is False where the repository holds too little to judge by: no code of its own at all. `counts_requests`
    where a library or proxy may count requests under names that the repository does not write down, `counts_plainly`
    where one may under those that say nothing of the library. `own` are the
    first words of what belongs to the project, `unscraped` those of exporters that Prometheus does not ask.
    """

    names: frozenset[str]
    stranded: frozenset[str]
    tails: frozenset[str]
    patterns: frozenset[tuple[str, str]]
    foreign: frozenset[str]
    judges: bool
    counts_requests: bool
    counts_plainly: bool
    own: frozenset[str]
    has_code: bool
    unscraped: frozenset[str] = frozenset()

    def standing(self, name: str, job: str = "") -> Standing:
        """Whether somebody emits this metric; where it is asked of one `job`, whether that one does."""
        word = name.partition("_")[0].partition(":")[0]
        if self.judges and word in self.unscraped and not self._is_emitted(name):
            return Standing.UNSCRAPED
        is_plain = self.has_code and not self.counts_plainly and _PLAIN.search(name) is not None
        if not self.judges or "_" not in name or (self._is_foreign(word, job) and not is_plain):
            return Standing.KNOWN
        if name.startswith(LIBRARY_PREFIXES) or self._is_emitted(name):
            return Standing.KNOWN
        if any(form in self.stranded for form in _forms(name)):
            return Standing.STRANDED
        return Standing.UNKNOWN

    def _is_emitted(self, name: str) -> bool:
        return any(form in self.names for form in _forms(name)) or self._fits(name)

    def _is_foreign(self, word: str, job: str) -> bool:
        if word in self.foreign and self._is_own(job):
            return word in _BY_LIBRARIES and (word != "http" or self.counts_requests)
        return word in self.foreign and (word != "http" or self.counts_requests)

    def _is_own(self, job: str) -> bool:
        """Whether the job can only be a program of the project: no exporter is scraped under its name."""
        first = job.replace("-", "_").partition("_")[0]
        return bool(first) and first in self.own and first not in EXPORTER_PREFIXES and "exporter" not in job

    def _fits(self, name: str) -> bool:
        for form in _forms(name):
            parts = form.split("_")
            if any("_".join(parts[index:]) in self.tails for index in range(1, len(parts))):
                return True
            if any(self._is_made(name, form, head, tail) for head, tail in self.patterns):
                return True
        return False

    def _is_made(self, name: str, form: str, head: str, tail: str) -> bool:
        """Whether the name may be made at run time of this beginning and end; without a beginning, of a word of the project's own."""
        if not form.startswith(head) or not form.endswith(tail):
            return False
        return bool(head) or form.removesuffix(tail) in self.names or not _PLAIN.search(name)


def _forms(name: str) -> tuple[str, ...]:
    """The name and what it may be called in code: without what clients put at its end."""
    forms = [name]
    for suffix in _SUFFIXES:
        forms.extend([one.removesuffix(suffix) for one in list(forms) if one.endswith(suffix)])
    for unit in _UNITS:
        forms.extend([one.removesuffix(unit) for one in list(forms) if one.endswith(unit)])
    forms.extend([f"{one}_total" for one in list(forms)])
    return tuple(one for one in dict.fromkeys(forms) if one not in _BY_LIBRARIES)


@kept
def metric_catalogue(facts: RepositoryFacts) -> MetricCatalogue:
    """The catalogue of a repository; for `RepositoryFacts.derive`."""
    emitted = [fact for _, fact in facts.of(MetricsEmitted)]
    configs = [fact for _, fact in facts.of(PrometheusFile) if fact.is_config]
    gateway = not configs or _has_gateway(facts, configs)
    loose = [fact for fact in emitted if gateway or not fact.pushes or fact.serves]
    pushed = [fact for fact in emitted if not (gateway or not fact.pushes or fact.serves)]
    recorded = {
        rule.name for _, fact in facts.of(PrometheusFile) if fact.rules for rule in fact.rules.rules if rule.records
    }
    names = frozenset(name for fact in loose for name in fact.names) | recorded
    by_code = [fact for file, fact in facts.of(MetricsEmitted) if not is_template_path(file.path)]
    own = {word for fact in by_code for word in _own_words(fact)} | _path_words(facts)
    return MetricCatalogue(
        names=names,
        stranded=frozenset(name for fact in pushed for name in fact.names),
        tails=frozenset(tail for fact in loose for tail in fact.tails),
        patterns=frozenset(piece for fact in loose for piece in fact.patterns),
        foreign=EXPORTER_PREFIXES | (_image_words(facts) - own - built_words(facts)),
        own=frozenset(own),
        unscraped=frozenset(word for word in EXPORTER_PREFIXES if lacks_exporter(word, facts)),
        counts_requests=any(fact.instruments for fact in emitted) or not any(map(_is_own_endpoint, emitted)),
        counts_plainly=any(fact.counts for fact in emitted),
        has_code=_has_code(facts),
        judges=any(fact.names or fact.patterns or fact.serves or fact.pushes for fact in by_code)
        or any(facts.of(GrafanaDashboard))
        or _has_code(facts),
    )


def _is_own_endpoint(fact: MetricsEmitted) -> bool:
    """Whether a file both names metrics of its own and answers scrapes."""
    return fact.serves and any(name.endswith(("_total", "_seconds", "_bytes", "_count")) for name in fact.names)


def _own_words(fact: MetricsEmitted) -> set[str]:
    return {name.partition("_")[0] for name in fact.names if name.endswith(("_total", "_seconds", "_bytes", "_count"))}


def _path_words(facts: RepositoryFacts) -> set[str]:
    """The first words of the names of sources and their folders: what belongs to the project is called so."""
    parts = {part for file in facts.files if file.language.value in _CODE for part in file.path.split("/")}
    return {part.replace("-", "_").replace(".", "_").partition("_")[0] for part in parts}


def _has_gateway(facts: RepositoryFacts, configs: list[PrometheusFile]) -> bool:
    targets = [target.text for config in configs for job in config.jobs for target in job.targets]
    names = [job.name for config in configs for job in config.jobs]
    return any("gateway" in one.lower() or ":9091" in one for one in (*targets, *names, *facts.derive(named_images)))


def _image_words(facts: RepositoryFacts) -> frozenset[str]:
    """The first words of images: what a third party's image is called is how its metrics begin."""
    names = (image.rpartition("/")[2].partition(":")[0].partition("@")[0] for image in facts.derive(named_images))
    return frozenset(name.replace("-", "_").partition("_")[0] for name in names)


def _has_code(facts: RepositoryFacts) -> bool:
    return any(file.language.value in _CODE and file.role.value == "shipped" for file in facts.files)
