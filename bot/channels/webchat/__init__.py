"""The web chat: a messenger of our own, over a websocket. Payloads go through the journal like any vendor's."""

from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.looks import Look
from bot.channels.webchat.phones import ClockView, Demo, Phone
from bot.channels.webchat.shown import Shown

__all__ = ["ClockView", "Demo", "Look", "Phone", "Shown", "WebChat"]
