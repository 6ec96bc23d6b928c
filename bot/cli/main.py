"""The `tocds` command: its sub-commands, and how a failure is said in one human line."""

from __future__ import annotations

import logging
import os
import sys

import typer

from bot.cli import calendar, channel, database, demo, invite, job, opening, roster, run, tally
from bot.logs import clean
from bot.preparing import CannotStart
from bot.secrets import KeyMissing
from bot.settings import SettingsError

log = logging.getLogger(__name__)

app = typer.Typer(
    name="tocds",
    help="Chatbot for Vietnam's community digital-transformation teams.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _root(context: typer.Context) -> None:
    """Chatbot for Vietnam's community digital-transformation teams."""
    context.obj = opening.needs_of_the_machine()


demo.register(app)
run.register(app)
app.add_typer(database.app, name="db", help="The database's schema.")
app.add_typer(roster.app, name="roster", help="Places, teams and people from a table.")
invite.register(app)
app.add_typer(channel.app, name="channel", help="The accounts at the messengers.")
app.add_typer(calendar.app, name="calendar", help="Days that the government moves.")
app.add_typer(job.app, name="job", help="The timed jobs.")
tally.register(app)


def main() -> None:
    """Run one command. Exit code 0 on success, 2 on wrong arguments, 1 on a failure, told in one line."""
    try:
        app()
    except (SettingsError, CannotStart, KeyMissing) as error:
        _fail(clean(str(error)))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(clean(f"{error.filename}: {error.strerror}" if error.filename else str(error)))
    except Exception as error:
        log.debug("command failed", exc_info=error)
        _fail(clean(f"{type(error).__name__}: {error}".splitlines()[0]))


def _fail(line: str) -> None:
    print(f"tocds: {line}", file=sys.stderr)
    sys.exit(1)
