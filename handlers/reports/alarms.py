"""What an admin is told of an account before it is too late, and what to do about it."""

from __future__ import annotations

from locales import Text, _
from storage.quotas import Used


def nearly(used: Used) -> Text:
    """One of an account's limits is nearly reached."""
    values = {"account": used.account, "used": used.used, "limit": used.limit}
    match used.what:
        case "people":
            return _(
                "“{account}” has {used}/{limit} people. Please have another bot made before it is full; I give "
                "newcomers the link of a bot with room by myself.",
                **values,
            )
        case "groups":
            return _("“{account}” is in {used}/{limit} groups. Further groups need another bot made.", **values)
    return _(
        "“{account}” has used {used}/{limit} messages of this month. The last tenth is kept for answers; reminders and "
        "announcements then wait for next month. Writing into groups spares messages, so does another bot.",
        **values,
    )


def refused(account: str) -> Text:
    """The messenger let no more people in."""
    return _(
        "“{account}” is full: the messenger does not let me answer somebody who has just written. Please have another "
        "bot made and send newcomers its link; the codes they have stay good.",
        account=account,
    )


def dead(account: str) -> Text:
    """The token is refused."""
    return _(
        "“{account}” can send nothing any more: its token is refused. Please have a new token given to it, or get "
        "codes with which its people go on at another bot: tocds channel move {account}",
        account=account,
    )
