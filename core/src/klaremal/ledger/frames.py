"""Frames as numbers and back: texts become labels, rows become arrays that are compared whole; no SQL here.

A column of texts is turned into integers once, by pandas; after that everything (the key of a row, what differs, the
columns to insert) is integer and float arithmetic on whole columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen

from klaremal.errors import LedgerError
from klaremal.ledger.tables import CLOSED, Facts, Labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Combination = tuple[str | None, ...]
    KeyCodes = list[tuple[int, Integers, int]]

_LARGEST_CODE = 2**62


class Lexicon:
    """A label table in memory: the numbers of the combinations already stored, and new numbers for new ones."""

    def __init__(self, labels: Labels, stored: Mapping[Combination, int]) -> None:
        self.labels = labels
        self._numbers = dict(stored)
        self._last = max(stored.values(), default=0)
        self.new: list[tuple[Any, ...]] = []

    def number(self, combination: Combination) -> int:
        """Return the label's number; a combination not seen before gets the next one and is to be stored."""
        known = self._numbers.get(combination)
        if known is not None:
            return known
        self._last += 1
        self._numbers[combination] = self._last
        self.new.append((self._last, *combination))
        return self._last

    def codes(self, columns: Sequence[str]) -> tuple[Integers, int]:
        """Return for each label number a code of its texts in some columns, and how many codes there are."""
        places = [self.labels.columns.index(column) for column in columns]
        codes: dict[Combination, int] = {}
        by_number = np.zeros(self._last + 1, dtype=np.int64)
        for combination, number in self._numbers.items():
            by_number[number] = codes.setdefault(tuple(combination[place] for place in places), len(codes))
        return by_number, max(len(codes), 1)

    def has(self, column: str, texts: Collection[str]) -> NDArray[np.bool_]:
        """Return for each label number whether its text in a column is one of these."""
        place = self.labels.columns.index(column)
        by_number = np.zeros(self._last + 1, dtype=bool)
        for combination, number in self._numbers.items():
            by_number[number] = combination[place] in texts
        return by_number


@frozen(eq=False)
class Rows:
    """Rows as arrays: one column of `labels` for each label table, one of `numbers` for each number and flag, `closed` last."""

    labels: Integers
    numbers: Floats

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: NDArray[Any]) -> Rows:
        """Return the chosen rows, by mask or by position; a mask that takes all of them copies nothing."""
        if which.dtype == bool and which.all():
            return self
        return Rows(self.labels[which], self.numbers[which])

    def then(self, others: Rows) -> Rows:
        """Return these rows and the others after them."""
        return Rows(np.concatenate([self.labels, others.labels]), np.concatenate([self.numbers, others.numbers]))

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Whether each row says that nothing holds for its key any more."""
        return np.asarray(self.numbers[:, -1] == 1)

    def keys(self, codes: KeyCodes) -> Integers:
        """Return one integer for each row; two rows have the same one exactly when they agree in the key's columns."""
        # Two label tables at most hold a key, with 32-bit numbers: the product always fits, so nothing is numbered anew
        # and the keys of different rows can be compared.
        return _combined([by_number[self.labels[:, at]] for at, by_number, _ in codes], [size for *_, size in codes])

    def same(self, other: Rows) -> NDArray[np.bool_]:
        """Return for each row whether the other's row at its place says the same; two missing numbers are the same."""
        numbers = (self.numbers == other.numbers) | (np.isnan(self.numbers) & np.isnan(other.numbers))
        return np.asarray((self.labels == other.labels).all(axis=1) & numbers.all(axis=1))

    def digest(self, kept: Collection[str] | None) -> str:
        """Return the SHA-256 of the rows in their order, and of what the run closes: all but these ids, or nothing (None).

        It depends on the label numbers, so it is this ledger's own.
        """
        found = sha256(repr(kept if kept is None else sorted(kept)).encode())
        for labels in self.labels.T:
            found.update(np.ascontiguousarray(labels).data)
        for numbers in self.numbers.T:
            # One kind of nan: which bits a missing number has depends on where it came from.
            found.update(np.where(np.isnan(numbers), np.nan, numbers).data)
        return found.hexdigest()

    def columns(self, facts: Facts, run: int, first_id: int, replaces: Integers) -> list[Integers | Floats]:
        """Return the columns of the table to insert: id, run, replaces, labels, numbers (nan for none), flags."""
        count, numbers = len(self), len(facts.numbers)
        of_run = np.full(count, run, dtype=np.int64)
        flags = self.numbers[:, numbers:].astype(np.int64)
        return [np.arange(first_id, first_id + count), of_run, replaces, *self.labels.T, *self.numbers[:, :numbers].T, *flags.T]


def rows_of(frame: pd.DataFrame, facts: Facts, lexicons: Sequence[Lexicon]) -> Rows:
    """Return a frame's rows as arrays, with numbers from the lexicons for its texts; -0.0 becomes 0.0, as in SQLite.

    Raises LedgerError where a column is missing, or where a part of the key or a flag is empty.
    """
    if not len(frame):
        width = len(facts.numbers) + len(facts.flags)
        return Rows(np.empty((0, len(facts.labels)), dtype=np.int64), np.empty((0, width)))
    missing = [column for column in facts.columns if column not in frame.columns]
    if missing:
        raise LedgerError(f"The {facts.name} of this run lack the column(s) {', '.join(missing)}; nothing was stored.")
    labels = np.column_stack([_label_numbers(frame, facts, lexicon) for lexicon in lexicons])
    columns = (*facts.numbers, *facts.flags)
    numbers = np.empty((len(frame), len(columns)), order="F")
    for place, column in enumerate(columns):
        if column == CLOSED:
            numbers[:, place] = 0
            continue
        numbers[:, place] = frame[column].to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        if column in facts.flags and np.isnan(numbers[:, place]).any():
            raise _empty(facts, column)
    return Rows(labels, numbers)


def closing_rows(facts: Facts, rows: Rows) -> Rows:
    """Return for each row the one that closes its key: its labels, no numbers, and of the flags only `closed`."""
    numbers = np.full(rows.numbers.shape, np.nan)
    numbers[:, len(facts.numbers) :] = [flag == CLOSED for flag in facts.flags]
    return Rows(rows.labels, numbers)


def key_codes(facts: Facts, lexicons: Sequence[Lexicon]) -> KeyCodes:
    """Return which label columns of the rows make up the key: their place, and the codes of their numbers."""
    parts = [[column for column in lexicon.labels.columns if column in facts.key] for lexicon in lexicons]
    return [(at, *lexicon.codes(part)) for at, (lexicon, part) in enumerate(zip(lexicons, parts, strict=True)) if part]


def first_repeated(keys: Integers) -> int | None:
    """Return the position of the first row whose key an earlier row has, or None."""
    repeated = np.flatnonzero(pd.Series(keys).duplicated().to_numpy())
    return int(repeated[0]) if len(repeated) else None


def positions(keys: Integers, among: Integers) -> Integers:
    """Return where each key stands among the others, and -1 where it does not; the others are all different."""
    return np.asarray(pd.Index(among).get_indexer(pd.Index(keys)), dtype=np.int64)


def frame_of(facts: Facts, runs: Integers, rows: Rows, labels: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the frame of the rows, sorted by its key; `labels` are the label tables in the order of `facts.labels`.

    Texts have pandas' own text type, with nan where there is none; numbers are floats, flags are booleans.
    """
    columns: dict[str, Any] = {"run": runs}
    ranks: dict[str, Integers] = {}
    for place, (each, table) in enumerate(zip(facts.labels, labels, strict=True)):
        at = pd.Index(table["id"]).get_indexer(pd.Index(rows.labels[:, place]))
        for name in each.columns:
            columns[name] = table[name].array.take(at)
            if name in facts.key:
                ranks[name] = pd.factorize(table[name], sort=True)[0].astype(np.int64)[at]
    for place, name in enumerate((*facts.numbers, *facts.flags)):
        columns[name] = rows.numbers[:, place].astype(bool) if name in facts.flags else rows.numbers[:, place]
    order = np.lexsort([ranks[name] for name in reversed(facts.key)])
    frame = pd.DataFrame({name: columns[name] for name in ("run", *facts.columns)})
    return frame.take(order).reset_index(drop=True)


def _label_numbers(frame: pd.DataFrame, facts: Facts, lexicon: Lexicon) -> Integers:
    """Return the label number of each row; the lexicon is asked once for each combination, not once for each row."""
    columns = lexicon.labels.columns
    coded = [_text_codes(frame[column]) for column in columns]
    combined = _combined([codes for codes, _ in coded], [len(texts) for _, texts in coded])
    which, distinct = pd.factorize(combined)
    first = np.empty(len(distinct), dtype=np.int64)
    first[which[::-1]] = np.arange(len(frame) - 1, -1, -1)
    by_column = [[texts[code] for code in codes[first]] for codes, texts in coded]
    for column, texts in zip(columns, by_column, strict=True):
        if column in facts.key and None in texts:
            raise _empty(facts, column)
    numbers = np.array([lexicon.number(combination) for combination in zip(*by_column, strict=True)], dtype=np.int64)
    return np.asarray(numbers[which])


def _empty(facts: Facts, column: str) -> LedgerError:
    return LedgerError(f"Some {facts.name} of this run have no {column}; nothing was stored.")


def _text_codes(column: pd.Series[Any]) -> tuple[Integers, list[str | None]]:
    """Return a code for each row and the text of each code; code 0 is "no text"."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, distinct = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, distinct = pd.factorize(column)
    return codes.astype(np.int64) + 1, [None, *(str(each) for each in distinct)]


def _combined(codes: Sequence[Integers], sizes: Sequence[int]) -> Integers:
    """Return one integer for each row's codes; where the product of the sizes grows too large, it is numbered anew."""
    total, span = codes[0], sizes[0]
    for each, size in zip(codes[1:], sizes[1:], strict=True):
        if span * size > _LARGEST_CODE:
            total, distinct = pd.factorize(total)
            total, span = total.astype(np.int64), len(distinct)
        total, span = total * size + each, span * size
    return total
