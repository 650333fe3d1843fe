"""Promises of something done by a day: whether it is done, and when; no indicator measures them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.period import Period
from klaremal.model.target import Band, Target
from klaremal.model.text import Text, as_text

DONE = "done"
NOT_YET = "not_yet"


def _by(value: Any) -> date:
    return _day(value, "by")


def _on(value: Any) -> date | None:
    return None if value is None else _day(value, "on")


def _day(value: Any, name: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise DeclarationError(f"done: {name}: {value!r} is not a date. Write {name} = 2027-12-31, without quotes.")


@frozen
class Done(Target):
    """Something to be done at the latest on the day `by`; `on` is the day on which it was, None as long as it is not.

    `status` ("done" or "not_yet") follows from `on`; given, it must not contradict it. `note` says how far it has come.
    """

    by: date = field(converter=_by)
    on: date | None = field(default=None, converter=_on)
    status: str = field(kw_only=True)
    note: Text = field(default=Text(), converter=as_text, kw_only=True)

    @status.default
    def _status(self) -> str:
        return NOT_YET if self.on is None else DONE

    def __attrs_post_init__(self) -> None:
        """Refuse a status that is unknown or contradicts the day."""
        if self.status not in (DONE, NOT_YET):
            raise DeclarationError(f'done: status "{self.status}" is unknown. Use "{DONE}" or "{NOT_YET}".')
        if self.status == DONE and self.on is None:
            raise DeclarationError("done: it is done, but not when. Add on = 2027-06-03, the day on which it was.")
        if self.status == NOT_YET and self.on is not None:
            raise DeclarationError(f'done: it was done on {self.on}, and status is "{NOT_YET}". Leave one of them out.')

    def band(self, period: Period, direction: str) -> Band | None:
        """Nothing: no value fulfils it."""
        return None
