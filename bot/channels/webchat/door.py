"""The websocket of one phone: frames in become events in the journal, bubbles go out."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import WSMsgType, web

from bot.channels.base import Channel
from bot.channels.webchat import incoming
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.frames import MOST_FRAME, Refusal, deed, history_frame
from bot.channels.webchat.hub import TRY_AGAIN, Connection, Frame
from bot.channels.webchat.incoming import Said
from bot.channels.webchat.phones import Phone
from bot.channels.webchat.shown import Shown

log = logging.getLogger(__name__)

TakeFrom = Callable[[Channel, list[bytes]], Awaitable[None]]
History = Callable[[str], Awaitable[list[Shown]]]
_HEARTBEAT = 25.0
_BURST, _REST = 20, 0.5
"""So many frames in a row from one page go straight through; then one every half second, none lost."""


class Door:
    """Serves sockets. `take` returns when an event is durable: only then is the page told that it was sent."""

    def __init__(self, chat: WebChat, take: TakeFrom, history: History) -> None:
        self._chat, self._take, self._history = chat, take, history

    async def serve(self, request: web.Request, phone: Phone, greeting: tuple[Frame, ...] = ()) -> web.StreamResponse:
        """One connection, from its history to its end."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MOST_FRAME, compress=False)
        await socket.prepare(request)
        connection = Connection(phone.speaker)
        # Joined before the history is read, so that nothing said meanwhile is missed; the page knows twins by id.
        self._chat.hub.join(phone.chat, connection)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write(socket, phone, connection, greeting))
                await self._listen(socket, phone, connection)
                writer.cancel()
        finally:
            self._chat.hub.leave(phone.chat, connection)
        return socket

    async def _write(
        self, socket: web.WebSocketResponse, phone: Phone, connection: Connection, greeting: tuple[Frame, ...]
    ) -> None:
        try:
            past = await self._past(phone)
            for frame in (past, *greeting):
                await _send(socket, frame)
            while (waiting := await connection.next()) is not None:
                await _send(socket, waiting)
        except ConnectionError:
            connection.close_code = TRY_AGAIN  # the phone is gone; it comes back by itself
        except Exception:
            log.exception("history of a chat could not be read", extra={"action": "webchat.history"})
            connection.close_code = TRY_AGAIN
        await socket.close(code=connection.close_code)

    async def _past(self, phone: Phone) -> Frame:
        return history_frame(await self._history(phone.chat), phone.speaker, self._chat.links)

    async def _listen(self, socket: web.WebSocketResponse, phone: Phone, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        credit, before = float(_BURST), loop.time()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            credit, before = min(_BURST, credit + (loop.time() - before) / _REST) - 1, loop.time()
            if credit < 0:
                await asyncio.sleep(_REST)
            await self._heard(message.data, phone, connection)

    async def _heard(self, raw: str, phone: Phone, connection: Connection) -> None:
        said = deed(raw)
        if said is None:
            log.info("a frame that is none of ours", extra={"action": "webchat.frame_ignored"})
        elif isinstance(said, Refusal):
            connection.push({"type": "refused", "client_id": said.client_id, "why": said.why})
        else:
            await self._keep(said, phone, connection)

    async def _keep(self, said: Said, phone: Phone, connection: Connection) -> None:
        sent_at = self._chat.now() - timedelta(seconds=said.late)
        event = incoming.payload(
            said, phone.chat, phone.speaker, phone.name, phone.group, sent_at, look=self._chat.look
        )
        answers = connection.answers
        try:
            await self._take(self._chat, [event])
        except Exception as error:
            # Not durable, so not acknowledged: the page keeps it and sends it again.
            log.error("an event was not kept: %s", error, extra={"action": "webchat.not_kept"})
            connection.let_go(TRY_AGAIN)
            return
        connection.push({"type": "ack", "client_id": said.event_id, "at": sent_at.isoformat()})
        self._chat.echo(json.loads(event), besides=connection)
        if not phone.group and connection.answers == answers:
            # In a group the bot often has nothing to say; dots that lead nowhere would be a promise.
            self._chat.hub.tell(phone.chat, {"type": "typing", "on": True})


async def _send(socket: web.WebSocketResponse, frame: Frame) -> None:
    await socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
