"""``auditor rubric``: validate, show and describe rubrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import Place, UserError

if TYPE_CHECKING:
    from auditor.model.rubric import Rubric

__all__ = ["read_rubric_text", "rubric"]


@click.group()
def rubric() -> None:
    """Validate, show and describe rubrics."""


@rubric.command()
@click.argument("names", metavar="NAME|PATH...", nargs=-1, required=True)
def validate(names: tuple[str, ...]) -> None:
    """Check rubrics, with everything that they extend and name.

    A mistake is reported with file, line and remedy, and the exit status is 2.
    """
    from auditor.rubric.load import rubric_digest  # noqa: PLC0415 - pydantic is slow to load; --help need not

    for name in names:
        loaded = _load(name)
        click.echo(
            f"{name}: {loaded.id} {loaded.version}, {len(loaded.criteria)} criteria, sha256 {rubric_digest(loaded)}"
        )


@rubric.command()
@click.argument("name", metavar="[NAME|PATH]", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="How to print."
)
def show(name: str | None, format_: str) -> None:
    """Print a rubric with everything that it extends taken in, or list those that ship with auditor.

    What is printed is a complete rubric of its own, and a good beginning for one.
    """
    if name is None:
        from auditor.rubric.load import shipped_rubrics  # noqa: PLC0415 - as above

        for shipped in map(_load, shipped_rubrics()):
            click.echo(f"{shipped.id:<28} {shipped.version:<8} {shipped.title}")
        return
    loaded = _load(name)
    content = loaded.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for numbers in ("thresholds", "policy"):  # the numbers of the decision are shown, defaults or not
        content[numbers] = getattr(loaded, numbers).model_dump(mode="json")
    if format_ == "json":
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    import yaml  # noqa: PLC0415 - as above

    click.echo(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100), nl=False)


@rubric.command()
def schema() -> None:
    """Print the JSON Schema of rubric files, for editors and checks of your own."""
    from auditor.rubric.schema import rubric_schema_text  # noqa: PLC0415 - as above

    click.echo(rubric_schema_text(), nl=False)


def read_rubric_text(path: str) -> str:
    """The text of a rubric file. Raises UserError where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError("this file is not UTF-8", place=Place(path), remedy="save it as UTF-8") from error
    except OSError as error:
        remedy = "check the path" if isinstance(error, FileNotFoundError) else "name a file that can be read"
        raise UserError(f"cannot be read: {error.strerror}", place=Place(path), remedy=remedy) from error


def _load(name: str) -> Rubric:
    from auditor.rubric.load import load_rubric  # noqa: PLC0415 - as above
    from auditor.rules.registry import rules  # noqa: PLC0415 - as above

    return load_rubric(name, rules(), read_rubric_text)
