"""What the commands need from outside; the root command puts it into the context, tests put their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import typer

from bot.pools import Offer
from bot.settings import Settings
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Needs:
    """`database` opens it, schema newest, and closes it. `links`: promise a code so many seats, and link to them."""

    settings: Callable[[], Settings]
    database: Callable[[], AbstractAsyncContextManager[Database]]
    now: Callable[[], datetime]
    links: Callable[[str, int], Offer]

    @property
    def site_name(self) -> str:
        return self.settings().site_name


def needs(context: typer.Context) -> Needs:
    """What the root command provided."""
    found = context.find_object(Needs)
    if found is None:
        raise LookupError("the root command provides Needs as the context's object")
    return found


@contextmanager
def telling(*expected: type[Exception]) -> Iterator[None]:
    """Turn an expected failure into one line on stderr and exit code 1."""
    try:
        yield
    except expected as error:
        fail(str(error))


def fail(line: str) -> NoReturn:
    """One human line on stderr, exit code 1."""
    typer.echo(line, err=True)
    raise typer.Exit(1)
