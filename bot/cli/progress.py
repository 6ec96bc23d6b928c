"""Progress of long work: a bar on a terminal, plain lines otherwise. Always on stderr, as stdout is for results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

_A_LINE_EVERY = 5000


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function to be told the stage, how much is done, and of how much."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line
        return
    with Progress(console=console, transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            task = stages.get(stage)
            if task is None:
                task = stages[stage] = bar.add_task(stage, total=total)
            bar.update(task, completed=done, total=total)

        yield show


def _line(stage: str, done: int, total: int) -> None:
    if done % _A_LINE_EVERY == 0:
        typer.echo(f"{stage}: {done} of {total}", err=True)
