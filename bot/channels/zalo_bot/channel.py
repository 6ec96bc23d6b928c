"""One Zalo bot."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.base import EventKey, Limits, Part, Payload, Pictures, SendFailed, Take, Why
from bot.channels.telegram.fields import thing, words
from bot.channels.zalo_bot import incoming, polling
from bot.channels.zalo_bot.answers import Refused
from bot.channels.zalo_bot.client import Client
from bot.channels.zalo_bot.fetching import PICTURE_HOSTS
from bot.channels.zalo_bot.fetching import Pictures as PictureDoor
from bot.channels.zalo_bot.fields import identity
from bot.channels.zalo_bot.judging import Judge
from bot.channels.zalo_bot.naming import Me
from bot.channels.zalo_bot.outgoing import ANSWER, LONGEST, call
from bot.channels.zalo_bot.patience import Patience
from bot.channels.zalo_bot.refusals import REFUSALS, explain
from bot.channels.zalo_bot.webhook import Webhook
from handlers.messages import Incoming, PictureRef

log = logging.getLogger(__name__)

API = "https://bot-api.zaloplatforms.com"
PROFILE = "https://zalo.me"

LIMITS = Limits(
    text=LONGEST,
    caption=LONGEST,
    buttons=0,
    button_label=0,
    pictures=Pictures.URL,
    in_flight=1,
)
"""Zalo publishes no rates. One send at a time: a crash can make one duplicate at most."""
