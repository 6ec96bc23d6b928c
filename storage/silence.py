"""On PostgreSQL: processes that fell silent in the middle of a statement, and the locks that they keep from the others.

The server ends a transaction that idles between two statements (`storage.engine`). It does not end one in which it
waits for the rest of a statement: asyncpg has a statement prepared first and says what to put in it afterwards, with
no Sync between the two (https://github.com/MagicStack/asyncpg/issues/1276), and so long the session counts as active.
Measured on PostgreSQL 16: neither idle_in_transaction_session_timeout nor statement_timeout ends it, and the locks of
a process that is frozen there are kept for as long as it is frozen. transaction_timeout would end it, from 17 on.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Interval, bindparam, text

from storage.engine import PROGRAM, SILENCE, Connection

_end = text(
    """
    SELECT pg_terminate_backend(session.pid) FROM pg_stat_activity AS session
    WHERE session.datname = current_database()
      AND session.usename = current_user
      AND session.application_name = :program
      AND session.state = 'active'
      AND session.wait_event_type = 'Client'
      AND session.state_change < clock_timestamp() - :silence
      AND (session.backend_xid IS NOT NULL OR EXISTS (
            SELECT 1 FROM pg_locks AS held
            WHERE held.pid = session.pid AND held.locktype = 'advisory' AND held.granted))
    """
).bindparams(bindparam("program", PROGRAM), bindparam("silence", type_=Interval))
"""Of this program's sessions those that write or have claimed something, and for which the server waits: to be told
the rest (ClientRead), or to be rid of an answer (ClientWrite). One that reads keeps nobody waiting, and may be slow.
`state_change`: when the last message came."""


async def end_silent(connection: Connection, silence: timedelta = SILENCE) -> int:
    """End the sessions in which nothing was said for so long; returns how many."""
    return len((await connection.execute(_end, {"silence": silence})).all())
