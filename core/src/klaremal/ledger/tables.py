"""The ledger's tables and views and the columns of its two frames; no connection and no rows.

Every text of an observation or a fulfilment repeats thousands of times: a name, a period, a status, a hash of 64
digits. Such texts are kept once, in label tables, and the rows hold their numbers: a third of the file, and much less
time to write it. The views `observations` and `fulfilments` put the texts back, for people who open the file with
another program.
"""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    select,
)

# Raised by one with each change of the tables; a ledger with a higher number was written by a newer klaremal.
SCHEMA = 3

OBSERVATION_COLUMNS = (
    "indicator", "definition", "unit", "unit_name", "level", "period", "frequency", "breakdown",
    "value", "n", "part", "low", "high", "coverage", "cause", "provisional",
)  # fmt: skip

FULFILMENT_COLUMNS = (
    "goal", "version", "indicator", "sector", "unit", "unit_name", "level", "period", "breakdown",
    "value", "target", "target_high", "status", "cause", "certainty", "course", "trend",
    "margin", "n", "part", "low", "high", "provisional",
)  # fmt: skip

# The flag of a row that says only that its key holds no more; it is in the tables and views and in no frame.
CLOSED = "closed"

METADATA = MetaData()


@frozen
class Labels:
    """A table of texts that occur together: one row for each combination of its columns; `id` counts from 1."""

    table: Table
    columns: tuple[str, ...]


@frozen(kw_only=True)
class Facts:
    """A table of figures: per row the labels it belongs to, its numbers, and the row that it replaces.

    `key` says which columns tell one figure from another: of several rows with one key the newest holds. `replaces` of
    a row is the `id` of the row that held before it, and 0 where there was none, so that the state after any run is
    found by numbers alone. A row with the flag `closed` has its key and no figures: nothing holds any more. `columns` is
    the order in the frame and in the view `name`; the flags of the table are those of the frame, and `closed`.
    """

    name: str
    table: Table
    labels: tuple[Labels, ...]
    numbers: tuple[str, ...]
    flags: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[str, ...]

    def label_of(self, column: str) -> Labels:
        """Return the label table that holds a text column."""
        return next(labels for labels in self.labels if column in labels.columns)

    def view(self) -> Select[tuple[object, ...]]:
        """Return the statement of the view: every row ever written, with its texts, its run and what it replaces or closes."""
        joined = self.table
        for labels in self.labels:
            joined = joined.join(labels.table, self.table.c[labels.table.name] == labels.table.c.id)  # type: ignore[assignment]
        texts = {name: labels.table.c[name] for labels in self.labels for name in labels.columns}
        shown = [texts[name] if name in texts else self.table.c[name] for name in self.columns]
        of_row = (self.table.c.id, self.table.c.run, self.table.c.replaces, self.table.c[CLOSED])
        return select(*of_row, *shown).select_from(joined)


def _labels(name: str, *columns: str) -> Labels:
    texts = [Column(column, Text) for column in columns]
    return Labels(Table(name, METADATA, Column("id", Integer, primary_key=True, autoincrement=False), *texts), columns)


def _facts(name: str, columns: tuple[str, ...], key: tuple[str, ...], *labels: Labels) -> Facts:
    texts = {column for each in labels for column in each.columns}
    flags = ("provisional", CLOSED)
    numbers = tuple(column for column in columns if column not in texts and column not in flags)
    # No foreign keys: SQLite does not look at them, and in PostgreSQL they are three quarters of the time to store a run.
    # Run and labels of a row are written with it, in one transaction, and nothing is ever deleted.
    table = Table(
        f"{name[:-1]}_rows",
        METADATA,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("run", Integer, nullable=False),
        Column("replaces", Integer, nullable=False),
        *(Column(each.table.name, Integer, nullable=False) for each in labels),
        *(Column(column, Double) for column in numbers),
        *(Column(column, Boolean, nullable=False) for column in flags),
    )
    # Unique: no row is replaced twice, whatever two programs do at once.
    replaced = table.c.replaces > 0
    Index(f"{table.name}_replaces", table.c.replaces, unique=True, sqlite_where=replaced, postgresql_where=replaced)
    return Facts(name=name, table=table, labels=labels, numbers=numbers, flags=flags, key=key, columns=columns)


META = Table(
    "meta",
    METADATA,
    Column("ledger_schema", Integer, primary_key=True, autoincrement=False),
    Column("made", Text, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("started", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("klaremal", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("plugins", JSON, nullable=False),
    Column("observations", Integer, nullable=False),
    Column("fulfilments", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
    # SHA-256 over all that the run found, changed or not, and what it closes; equal to the newest run's means that nothing
    # needs comparing.
    Column("observed", Text, nullable=False),
    Column("judged", Text, nullable=False),
)

_PLACES = _labels("places", "unit", "unit_name", "level")

OBSERVATIONS = _facts(
    "observations",
    OBSERVATION_COLUMNS,
    # Two goals may promise one indicator with different deadlines: then there are two figures, of two definitions.
    ("indicator", "definition", "unit", "period", "frequency", "breakdown"),
    _labels("series", "indicator", "definition", "period", "frequency", "breakdown"),
    _PLACES,
    _labels("findings", "cause"),
)

FULFILMENTS = _facts(
    "fulfilments",
    FULFILMENT_COLUMNS,
    ("goal", "unit", "period", "breakdown"),
    _labels("promises", "goal", "version", "indicator", "sector", "period", "breakdown"),
    _PLACES,
    _labels("judgements", "status", "cause", "certainty", "course", "trend"),
)

FACTS = (OBSERVATIONS, FULFILMENTS)

SOURCES = Table(
    "sources",
    METADATA,
    Column("run", Integer, ForeignKey("runs.run"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("dataset", Text, nullable=False),
    Column("collector", Text),
    Column("address", Text),
    Column("bytes", BigInteger),
    Column("sha256", Text),
    Column("rows", BigInteger),
    Column("fetched", Text),
    Column("complete_until", Text),
    Column("complete_rule", Text),
    Column("scanned", Boolean),
    Column("cause", Text),
    Column("message", Text),
)

SET_ASIDE = Table(
    "set_aside",
    METADATA,
    Column("run", Integer, ForeignKey("runs.run"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("dataset", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("message", Text),
    Column("examples", JSON),
)

RELEASES = Table(
    "releases",
    METADATA,
    Column("run", Integer, ForeignKey("runs.run"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("indicator", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("breakdown", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_on", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

GOALS = Table(
    "goals",
    METADATA,
    Column("run", Integer, ForeignKey("runs.run"), primary_key=True, autoincrement=False),
    Column("goal", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("content", JSON, nullable=False),
)
