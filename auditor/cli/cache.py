"""``auditor cache``: where results are remembered, how much, and how to forget them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.model.escape import visible

if TYPE_CHECKING:
    from auditor.repo.store import Store

__all__ = ["cache", "cache_folder", "cache_store"]


def cache_folder() -> Path | None:
    """The folder of this user's cache; None where the environment names none.

    As the platforms have it: XDG_CACHE_HOME or ``~/.cache``, ``~/Library/Caches``, ``%LOCALAPPDATA%``.
    """
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if Path(given).is_absolute():  # anything else is to be ignored: https://specifications.freedesktop.org/basedir-spec
        return Path(given) / "auditor"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "auditor"


@contextmanager
def cache_store(repository: Path | None, *, wanted: bool) -> Iterator[Store | None]:
    """The store of this user, or None where none is wanted or it cannot be trusted. `repository` is what is audited.

    Inside the audited repository it cannot: that could bring results of its own.
    """
    from auditor.repo.store import open_store, refusal  # noqa: PLC0415 - sqlite only where needed

    folder = cache_folder() if wanted else None
    store = None
    inside = folder and repository and folder.resolve().is_relative_to(repository.resolve())
    if folder is not None and not inside:
        store = open_store(folder, time.time())
        reason = refusal(folder) if store is None and folder.is_dir() else None
        if reason:
            click.echo(visible(f"warning: the cache in {folder} is not used: {reason}"), err=True)
    try:
        yield store
    finally:
        if store is not None:
            store.close()


@click.group(invoke_without_command=True)
@click.pass_context
def cache(context: click.Context) -> None:
    """Show where the results of scans are remembered, and how much that is.

    A scan finds the same with and without it. Nothing in it is a credential, and nothing of it is ever run.
    """
    if context.invoked_subcommand is not None:
        return
    from auditor.repo.store import LIMIT_BYTES, store_size  # noqa: PLC0415 - sqlite only where needed

    folder = cache_folder()
    if folder is None:
        click.echo("there is no cache: no home folder is known")
        return
    found = store_size(folder)
    click.echo(f"folder  {visible(str(folder))}")
    click.echo(f"rows    {found.rows}")
    click.echo(f"size    {found.size / 1_048_576:.1f} MiB of at most {LIMIT_BYTES // 1_048_576} MiB")


@cache.command()
def clear() -> None:
    """Forget all results."""
    from auditor.repo.store import clear_store  # noqa: PLC0415 - as above

    folder = cache_folder()
    done = folder is not None and clear_store(folder)
    click.echo("the cache is cleared" if done else "there is no cache")
