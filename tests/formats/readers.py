"""Reads reports back, each with the parser of its own format: the findings' paths and messages, as a reader is shown them."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from auditor.formats.report_csv import COLUMNS
from auditor.model.codec import loads

Found = list[tuple[str, str]]
"""Path and message of every finding, in the order of the report."""


def read_json(data: bytes) -> Found:
    return [(one.path, one.message) for one in loads(data).findings]


def read_sarif(data: bytes) -> Found:
    (run,) = json.loads(data)["runs"]
    return [(_path(_place(one)["artifactLocation"]["uri"]), one["message"]["text"]) for one in run["results"]]


def _path(uri: str) -> str:
    parts = urlsplit(uri)
    assert parts == ("", "", uri, "", ""), "a path alone: no scheme, host, query or fragment"
    return unquote(parts.path, errors="strict")


def _place(result: dict[str, list[dict[str, dict[str, dict[str, str]]]]]) -> dict[str, dict[str, str]]:
    return result["locations"][0]["physicalLocation"]


def read_gitlab(data: bytes) -> Found:
    return [(one["location"]["path"], one["description"]) for one in json.loads(data)]


def read_csv(data: bytes) -> Found:
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not any(cell[:1] in "=+-@\t\r＝＋－＠" and cell for row in rows for cell in row)  # noqa: RUF001
    path, message = COLUMNS.index("path"), COLUMNS.index("message")
    return [(row[path].removeprefix("'"), row[message].removeprefix("'")) for row in rows[1:]]


def read_junit(data: bytes) -> Found:
    root = ET.fromstring(data)
    assert {one.tag for one in root.iter()} <= {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped",
    }  # fmt: skip
    lines = [line for one in root.iter("failure") for line in (one.text or "").split("\n") if " AUD" in line]
    split = [line.rpartition(":1 AUD101 ") for line in lines]
    return [(path, message) for path, _, message in split]


def read_github(data: bytes) -> Found:
    commands = [command for line in data.decode().splitlines() if (command := runner_command(line))]
    assert {name for name, _, _ in commands} <= {"error", "warning", "notice"}
    return [(properties["file"], text) for _, properties, text in commands if "file" in properties]


def runner_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """As `ActionCommand.TryParseV2` of the runner takes a line apart, which knows every command that there is."""
    line = line.lstrip()
    if not line.startswith("::"):
        assert "##[" not in line, "the runner's older commands begin anywhere in a line"
        return None
    head, found, data = line[2:].partition("::")
    assert found
    name, _, rest = head.partition(" ")
    pairs = (one.split("=", 1) for one in rest.strip().split(",") if one)
    properties = {pair[0]: _unescaped(pair[1].lstrip("="), "%3A:", "%2C,") for pair in pairs if len(pair) == 2}
    return name, properties, _unescaped(data)


def _unescaped(text: str, *more: str) -> str:
    for mapping in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(mapping[:3], mapping[3:])
    return text


def read_markdown(data: bytes) -> Found:
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(data.decode())
    allowed = {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "inline",
        "heading",
        "paragraph",
        "bullet_list",
        "list_item",
    }
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= allowed | {"html_block"}
    assert [token.content for token in tokens if token.type == "html_block"] in ([], ["<!-- auditor: readiness -->\n"])
    assert {child.type for token in tokens for child in token.children or ()} <= {
        "text", "code_inline", "strong_open", "strong_close", "softbreak",
    }  # fmt: skip
    rows = [row for row in _rows(tokens) if len(row) == 4 and row[1].startswith("AUD")]
    return [(place.removesuffix(":1"), message) for _, _, place, message in rows]


def _rows(tokens: list[Token]) -> Iterator[list[str]]:
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_close":
            yield row
            row = []
        elif token.type == "inline" and before is not None and before.type == "td_open":
            row.append("".join(child.content for child in token.children or ()))


READERS: dict[str, Callable[[bytes], Found]] = {
    "json": read_json,
    "sarif": read_sarif,
    "sarif-upload": read_sarif,
    "gitlab": read_gitlab,
    "csv": read_csv,
    "junit": read_junit,
    "github": read_github,
    "summary": read_markdown,
    "comment": read_markdown,
}
