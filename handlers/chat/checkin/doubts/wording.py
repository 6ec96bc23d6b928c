"""For every doubt: the question when we can guess what was meant, and the kind line when we cannot."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.understanding import DoubtReason
from locales import Sentence, Text, _


@dataclass(frozen=True, slots=True)
class Wording:
    """A question with a yes and a no, and what is said after the no."""

    question: Sentence
    yes: Sentence
    no: Sentence
    after_no: Sentence


def wording(reason: DoubtReason, items: Text) -> Wording:
    """How a guess is put to the person: `items` is what would be saved after a yes."""
    question = _QUESTIONS.get(reason, _otherwise)(items)
    yes, no = _ANSWERS.get(reason, _plain_answers)()
    after = _AFTER_NO.get(reason, _after_no)()
    return Wording(question, yes, no, after)


def _otherwise(items: Text) -> Sentence:
    return _("I am not sure I understood. Do you mean that you did this: {items}?", items=items)


def _negation(items: Text) -> Sentence:
    return _("I read a “no” in it, so I have written nothing down. Did you do this: {items}?", items=items)


def _future(items: Text) -> Sentence:
    return _("Is this done already, or still to come: {items}?", items=items)


def _question(items: Text) -> Sentence:
    return _("Are you asking, or reporting that you did this: {items}?", items=items)


def _target(items: Text) -> Sentence:
    return _("Is this a target, or work that is done: {items}?", items=items)


def _running_total(items: Text) -> Sentence:
    return _("Is this a running total, or did you do all of it this time: {items}?", items=items)


def _ratio(items: Text) -> Sentence:
    return _("There is a ratio or a percentage in it. Do you mean that you did this: {items}?", items=items)


def _approximate(items: Text) -> Sentence:
    return _("About so many: shall I write down {items}?", items=items)


def _population(items: Text) -> Sentence:
    return _("Is this how many live there, or work that is done: {items}?", items=items)


def _name(items: Text) -> Sentence:
    return _("There is a name in it that sounds like a number. Do you mean: {items}?", items=items)


def _money(items: Text) -> Sentence:
    return _("There is money in it, and I do not count money. Do you mean: {items}?", items=items)


def _incident(items: Text) -> Sentence:
    return _("Did this happen to people, or is it work you did: {items}?", items=items)


_QUESTIONS = {
    DoubtReason.NEGATION: _negation,
    DoubtReason.FUTURE: _future,
    DoubtReason.QUESTION: _question,
    DoubtReason.TARGET: _target,
    DoubtReason.RUNNING_TOTAL: _running_total,
    DoubtReason.RATIO: _ratio,
    DoubtReason.APPROXIMATE: _approximate,
    DoubtReason.POPULATION: _population,
    DoubtReason.PERSON_NAME: _name,
    DoubtReason.MONEY: _money,
    DoubtReason.INCIDENT: _incident,
}


def _plain_answers() -> tuple[Sentence, Sentence]:
    return _("Yes, write it down"), _("No")


def _done_or_not() -> tuple[Sentence, Sentence]:
    return _("It is done, write it down"), _("Not done yet")


def _report_or_question() -> tuple[Sentence, Sentence]:
    return _("Reporting, write it down"), _("Only asking")


def _done_or_target() -> tuple[Sentence, Sentence]:
    return _("It is done, write it down"), _("It is a target")


def _this_time_or_total() -> tuple[Sentence, Sentence]:
    return _("This time, write it down"), _("It is a running total")


_ANSWERS = {
    DoubtReason.FUTURE: _done_or_not,
    DoubtReason.QUESTION: _report_or_question,
    DoubtReason.TARGET: _done_or_target,
    DoubtReason.RUNNING_TOTAL: _this_time_or_total,
}


def _after_no() -> Sentence:
    return _("All right, I have written nothing down. When there is work to report, type it like: vneid 3 dvc 2")


def _after_future() -> Sentence:
    return _("All right. When it is done, tell me in one line, like: vneid 3 dvc 2")


def _after_question() -> Sentence:
    return _("All right. To ask the commune, type: hỏi and your question. For lessons, type: hướng dẫn")


def _after_total() -> Sentence:
    return _("All right, I have written nothing down. Type only what is new this time, like: vneid 3")


def _after_incident() -> Sentence:
    return _("I have written nothing down. To tell the commune, type: khó khăn: and what happened")


_AFTER_NO = {
    DoubtReason.FUTURE: _after_future,
    DoubtReason.QUESTION: _after_question,
    DoubtReason.RUNNING_TOTAL: _after_total,
    DoubtReason.INCIDENT: _after_incident,
}


def without_guess(reason: DoubtReason) -> Sentence:
    """What is said when numbers were heard but nothing can be offered."""
    return _LINES.get(reason, _line_otherwise)()


def _line_otherwise() -> Sentence:
    return _(
        "I saw a number but not what it counts, so I have written nothing down; your words are kept. "
        "Please type the work and the number, like: vneid 3 dvc 2"
    )


def _line_phone() -> Sentence:
    return _("That looks like a phone number or a code, so I did not count it. Work is typed like: vneid 3 dvc 2")


def _line_hour() -> Sentence:
    return _("That looks like a time of day, so I did not count it. Work is typed like: vneid 3 dvc 2")


def _line_money() -> Sentence:
    return _("I count people and dossiers, not money. How many was it? Please type it like: tt 3")


def _line_how_many() -> Sentence:
    """ "vneid nhiều lắm", "giúp bà Páo cài vneid": no figure was typed, so none is spoken of."""
    return _("I have written nothing down yet: how many was it? Please type the work and the number, like: vneid 2")


def _line_negation() -> Sentence:
    return _("I have written nothing down. If there was no work this week, type: không phát sinh")


def _line_fraction() -> Sentence:
    return _("I only count whole numbers. How many was it? Please type it again, like: vneid 3")


def _line_range() -> Sentence:
    return _("I need one number, not two. Please type it once more, like: vneid 12")


def _line_which() -> Sentence:
    return _(
        "The same work has two numbers, or one number could be two things, so I have written nothing down. "
        "Please type it once more, like: vneid 3 dvc 2"
    )


def _line_village() -> Sentence:
    return _(
        "I see another village's name, so I have written nothing down. If it is your own work, please type it once "
        "more without the name, like: vneid 3 dvc 2"
    )


def _line_day() -> Sentence:
    return _(
        "I am not sure which day you mean. Please type it once more, one day in one message, like: hôm qua vneid 3"
    )


_LINES = {
    DoubtReason.PHONE: _line_phone,
    DoubtReason.HOUR: _line_hour,
    DoubtReason.MONEY: _line_money,
    DoubtReason.APPROXIMATE: _line_how_many,
    DoubtReason.PERSON_NAME: _line_how_many,
    DoubtReason.NEGATION: _line_negation,
    DoubtReason.FRACTION: _line_fraction,
    DoubtReason.RANGE: _line_range,
    DoubtReason.TWO_MEANINGS: _line_which,
    DoubtReason.OTHER_VILLAGE: _line_village,
    DoubtReason.WHICH_DATE: _line_day,
    DoubtReason.FUTURE_DATE: _line_day,
    DoubtReason.FUTURE: _after_future,
    DoubtReason.QUESTION: _after_question,
    DoubtReason.RUNNING_TOTAL: _after_total,
    DoubtReason.INCIDENT: _after_incident,
}
