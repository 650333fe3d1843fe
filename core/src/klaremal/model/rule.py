"""Rules of fulfilment: other ways to judge a goal than to compare one figure with its target; judges nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Union

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.identifier import plugin_id
from klaremal.model.text import Text, as_text

if TYPE_CHECKING:
    import pandas

Words = Union[Sequence[str], "pandas.Series[Any]"]
Compared = Callable[[Any], "pandas.Series[Any]"]


@frozen(kw_only=True)
class Rule:
    """A rule by name, as a judgement by it is kept: its id, its version and what people call it."""

    id: str = field(validator=plugin_id)
    version: str
    title: Text = field(converter=as_text)

    def __attrs_post_init__(self) -> None:
        """Refuse a rule without a version: nobody could tell by which of its forms something was judged."""
        version: Any = self.version
        if not isinstance(version, str) or not version.strip():
            raise DeclarationError(f'rule {self.id}: version is a text ("1"); raise it when the rule judges otherwise.')


@frozen(kw_only=True)
class FulfilmentRule(Rule):
    """A named, versioned way to judge; a goal that names it in `rule` is judged by it instead of figure by figure.

    `judge(rows, compared)` returns one word for each of the rows, a list in their order or a series with their index. `rows` is
    a frame of the released observations of the goal's indicator at its frequency and breakdown, of all units, with the columns

    - `unit`, `level`, `start` (the first month, year * 12 + month - 1), by which the rows are ordered;
    - `value`, `n`, `part` as released, NaN where unknown or hidden, and `cause` (a word, None for none);
    - `usable`: the period is closed, the value is known and enough was measured for this goal;
    - `method`: how many changes of the method lie on or before the period; figures of two methods are not of one kind;
    - `low`, `high`: the band that the value is promised to lie in (an open end is infinite, NaN where nothing is promised);
      `tolerance`;
    - `status`: what core's own judgement is; None for rows that are there only to be looked at.

    What counts are the words of the rows with a status of fulfilled, partly_fulfilled or not_fulfilled: one of these three,
    or the cause for which the row cannot be assessed ("no_data"). `compared(values)` gives for each row the status that
    another value would have in the row's band, as core compares. A rule judges each unit by its own rows, and leaves the rows
    as they are.
    """

    judge: Callable[[pandas.DataFrame, Compared], Words] = field(eq=False, repr=False)
    description: Text = field(default=Text(), converter=as_text)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be called."""
        super().__attrs_post_init__()
        if not callable(self.judge):
            raise DeclarationError(f"rule {self.id}: judge is a function of rows and compared, not {self.judge!r}.")
