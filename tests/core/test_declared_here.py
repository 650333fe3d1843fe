"""Datasets and indicators that a workspace declares in TOML alone: the same objects as a plugin's, or every mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klaremal import Column, Dataset, Deadline, Indicator, Reference
from klaremal.bind.declared_here import with_declared
from klaremal.bind.ids import Ids, Notes
from klaremal.builtin.population import POPULATION
from klaremal.discovery import CORE, discover
from klaremal.measures import (
    Count,
    Distinct,
    Mean,
    Median,
    OnTime,
    Pauses,
    Published,
    Quantile,
    Rate,
    Ratio,
    Share,
    Total,
)
from klaremal.model.measure_keys import MEASURES
from klaremal.registry import build
from klaremal.workspace.folder import read

Declare = Callable[[str], Ids]

HEAD = """
plugins = ["own.toml"]
[organisation]
name = "Solbjerg Kommune"
unit = "751"
"""
REPLIES = """
[dataset.replies]
title     = "Henvendelser"
grain     = { da = "én række pr. henvendelse", en = "one row per request" }
dated_by  = "received_on"
placed_in = "office"
key       = "case"
events    = ["received_on", "answered_on"]
derived   = { days = "days_between(received_on, answered_on)" }
references = ["Byrådets beslutning", { text = "Servicemål", link = "https://example.dk" }]
[dataset.replies.columns]
case        = { type = "string", required = true, unique = true }
office      = "string"
kind        = { type = "string", enum = { letter = "Brev", call = "Opkald" }, missing = { "-" = "not_measured" }, also = "T" }
hours       = { type = "number", minimum = 0, decimals = 2 }
received_on = { type = "date", minimum = 2020-01-01 }
answered_on = { type = "date", title = "Besvaret den" }
"""
OTHERS = """
[dataset.answers]
title = "Svar"
grain = "et svar"
dated_by = "received_on"
made_from = "own.replies"
sql = "select received_on, kind from replies where answered_on is not null"
columns = { received_on = "date", kind = "string" }
[dataset.totals]
title = "Opgjort"
grain = "en kommune og et år"
dated_by = "year"
level = "municipality"
placed_in = "place"
columns = { year = "year", place = "string", score = "number", answers = "integer" }
[dataset.breaks]
title = "Pauser"
grain = "en pause"
dated_by = "since"
columns = { case = "string", since = "date", until = "date" }
"""
REPLIES_OBJECT = Dataset(
    id="own.replies",
    title="Henvendelser",
    grain={"da": "én række pr. henvendelse", "en": "one row per request"},
    dated_by="received_on",
    placed_in="office",
    key="case",
    events=("received_on", "answered_on"),
    derived={"days": "days_between(received_on, answered_on)"},
    references=(Reference("Byrådets beslutning"), Reference("Servicemål", "https://example.dk")),
    columns=(
        Column("case", "string", required=True, unique=True),
        Column("office", "string"),
        Column("kind", "string", enum={"letter": "Brev", "call": "Opkald"}, missing={"-": "not_measured"}, also="T"),
        Column("hours", "number", minimum=0, decimals=2),
        Column("received_on", "date", minimum=date(2020, 1, 1)),
        Column("answered_on", "date", "Besvaret den"),
    ),
)
TOTALS_OBJECT = Dataset(
    id="own.totals",
    title="Opgjort",
    grain="en kommune og et år",
    dated_by="year",
    level="municipality",
    placed_in="place",
    columns=(Column("year", "year"), Column("place", "string"), Column("score", "number"), Column("answers", "integer")),
)


@pytest.fixture(scope="module")
def core() -> Any:
    """Return core's own plugin."""
    return build([source for source in discover()[0] if source.name == CORE])


@pytest.fixture
def declare(core: Any, tmp_path: Path) -> Declare:
    """Return a function that reads a plugin file in TOML and gives what is declared, and the faults."""

    def read_text(text: str) -> Ids:
        (tmp_path / "klaremal.toml").write_text(HEAD, encoding="utf-8")
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        workspace, faults = read(tmp_path)
        return with_declared(workspace, Ids(core, core, Notes([*faults])))

    return read_text


def sentences(ids: Ids) -> list[str]:
    """Return the faults as people read them."""
    return [str(fault) for fault in ids.notes.faults]


def test_a_dataset_of_toml_is_the_object_that_a_plugin_declares(declare: Declare) -> None:
    """Every field of it, and those of its columns; also one that is made of another."""
    ids = declare(REPLIES + OTHERS)
    assert sentences(ids) == []
    assert ids.used.datasets["own.replies"] == REPLIES_OBJECT
    assert ids.used.datasets["own.totals"] == TOTALS_OBJECT
    assert ids.used.datasets["own.answers"].made_of == ("own.replies",)


MEASURED: dict[str, tuple[str, Any]] = {
    "share": ('condition = "days <= 10"\nwhere = "kind = \'letter\'"', Share("days <= 10", where="kind = 'letter'")),
    "count": ('where = "days > 10"\nknown = "kind is not null"', Count(where="days > 10", known="kind is not null")),
    "mean": ('of = "hours"', Mean("hours")),
    "total": ('of = 1\nover_time = "mean"', Total("1", over_time="mean")),
    "median": ('of = "days"', Median("days")),
    "quantile": ('of = "days"\nq = 0.9', Quantile("days", 0.9)),
    "distinct": ('column = "office"', Distinct("office")),
    "ratio": ('top = "hours"\nper = "days"\nscale = 100', Ratio("hours", per="days", scale=100)),
    "rate": (
        'events = 1\nper = { of = "persons", dataset = "klaremal.population", where = "age >= 65" }',
        Rate("1", per=Total("persons", dataset="klaremal.population", where="age >= 65")),
    ),
    "on_time": (
        'start = "received_on"\nend = "answered_on"\nwithin = "10 working days"\ncounted_when = "opened"\n'
        'pauses = { start = "since", end = "until", dataset = "own.breaks" }\nroll = "following"',
        OnTime(
            "received_on",
            "answered_on",
            within="10 working days",
            counted_when="opened",
            pauses=Pauses(start="since", end="until", dataset="own.breaks"),
            roll="following",
        ),
    ),
    "published": ('column = "score"\nweight = "answers"\nn = "answers"', Published("score", weight="answers", n="answers")),
}


def test_every_measure_has_a_case_below() -> None:
    """A new one must be readable from a file too."""
    assert MEASURED.keys() == MEASURES.keys()


@pytest.mark.parametrize("measure", MEASURED)
def test_an_indicator_of_toml_is_the_object_that_a_plugin_declares(measure: str, declare: Declare) -> None:
    """The measure by its name, with the same arguments as in Python."""
    arguments, expected = MEASURED[measure]
    dataset = TOTALS_OBJECT if measure == "published" else REPLIES_OBJECT
    unit = "percent" if measure in ("share", "on_time") else "number"
    text = f"""
    [indicator.figure]
    title = "Et tal"
    dataset = "{dataset.id}"
    measure = "{measure}"
    {arguments}
    measured_in = "{unit}"
    direction = "higher"
    frequency = "year"
    """
    ids = declare(REPLIES + OTHERS + text)
    assert sentences(ids) == []
    assert ids.used.indicators["own.figure"] == Indicator(
        id="own.figure",
        title="Et tal",
        dataset=dataset,
        measure=expected,
        measured_in=unit,
        direction="higher",
        frequency="year",
    )


def test_every_other_field_of_an_indicator_is_read(declare: Declare) -> None:
    """With the types that the class has, a deadline that goals fill among them."""
    ids = declare(
        REPLIES
        + """
        [indicator.figure]
        title = { da = "Til tiden", en = "On time" }
        description = "Svar inden fristen."
        counted = "henvendelser"
        dataset = "own.replies"
        measure = "on_time"
        start = "received_on"
        end = "answered_on"
        within = { default = "10 days", by = "kind" }
        measured_in = "percent"
        direction = "higher"
        frequency = "quarter"
        levels = ["municipality", "institution"]
        breakdowns = ["kind", ["kind", "office"]]
        decimals = 2
        noticeable = 0.5
        kind = "outcome"
        perspective = "user"
        publication = "internal"
        disclosure = "persons"
        homogeneous = "hide"
        minimum_count = 3
        minimum_coverage = 90
        plausible = [0, 100]
        breaks = { 2024-01-01 = "Ny metode" }
        references = "Servicemål"
        """
    )
    assert sentences(ids) == []
    assert ids.used.indicators["own.figure"] == Indicator(
        id="own.figure",
        title={"da": "Til tiden", "en": "On time"},
        description="Svar inden fristen.",
        counted="henvendelser",
        dataset=REPLIES_OBJECT,
        measure=OnTime("received_on", "answered_on", within=Deadline(id="own.figure", default="10 days", by="kind")),
        measured_in="percent",
        direction="higher",
        frequency="quarter",
        levels=("municipality", "institution"),
        breakdowns=("kind", ("kind", "office")),
        decimals=2,
        noticeable=0.5,
        kind="outcome",
        perspective="user",
        publication="internal",
        disclosure="persons",
        homogeneous="hide",
        minimum_count=3,
        minimum_coverage=90,
        plausible=(0, 100),
        breaks={date(2024, 1, 1): "Ny metode"},
        references="Servicemål",
    )


def test_an_indicator_can_be_measured_on_a_dataset_of_a_plugin(declare: Declare) -> None:
    """Nothing need be described twice."""
    ids = declare(
        """
        title = "Vores tal"
        [indicator.elderly]
        title = "Ældre"
        dataset = "klaremal.population"
        measure = "total"
        of = "persons"
        where = "age >= 65"
        over_time = "last"
        measured_in = "number"
        direction = "neutral"
        frequency = "year"
        """
    )
    assert sentences(ids) == []
    assert ids.used.indicators["own.elderly"].dataset is POPULATION
    assert ids.used.sectors["own"].title.say("da") == "Vores tal"
    source = ids.used.origin("indicators", "own.elderly")
    assert (source.name, source.distribution, len(source.version)) == ("own", "own.toml", 64)


GOOD = 'title = "Et tal"\ndataset = "own.replies"\nmeasured_in = "percent"\ndirection = "higher"\nfrequency = "month"\n'


def block(more: str, **changed: str) -> str:
    """Return an indicator with more lines, and lines of its own put in the place of the usual ones; "" takes one away."""
    lines = dict(line.split(" = ", 1) for line in GOOD.strip().splitlines()) | changed
    return "[indicator.x]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value) + more


SHARE = 'measure = "share"\ncondition = "days <= 10"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            block(SHARE.replace("share", "shere")),
            'own.toml: indicator.x.measure: there is no measure "shere". Did you mean "share"?',
            id="measure",
        ),
        pytest.param(
            block('measure = "mean"\ncondition = "days"\nof = "days"\n'),
            'own.toml: indicator.x: "condition" does not belong in this block. It is an argument of measure = "share".',
            id="argument of another measure",
        ),
        pytest.param(
            block('measure = "mean"\n'), 'own.toml: indicator.x: "of" is missing. Add of = "..."', id="argument missing"
        ),
        pytest.param(
            block(SHARE.replace("days", "dayz")),
            'own.toml: indicator.x.condition: there is no column "dayz"; did you mean "days"?',
            id="column",
        ),
        pytest.param(
            block(SHARE + "where = \"kind <> 'Letter'\"\n"),
            "own.toml: indicator.x.where: kind is never 'Letter'; did you mean 'letter'? Its values are 'letter', 'call'.",
            id="a value that the column never has",
        ),
        pytest.param(
            block(SHARE, dataset='"own.reply"'),
            'own.toml: indicator.x.dataset: there is no dataset "own.reply". Did you mean "own.replies"?',
            id="dataset",
        ),
        pytest.param(
            block(SHARE, dataset='"replies"'),
            'own.toml: indicator.x.dataset: there is no dataset "replies". Did you mean "own.replies"?',
            id="dataset without its plugin",
        ),
        pytest.param(
            block(SHARE, direction='"hihger"'),
            'own.toml: indicator.x.direction: "hihger" is unknown here. Did you mean "higher"?',
            id="direction",
        ),
        pytest.param(
            block(SHARE, direction=""),
            'own.toml: indicator.x: "direction" is missing. '
            'Add direction = "higher", "lower" or "neutral": which way is better.',
            id="no direction",
        ),
        pytest.param(
            block(SHARE + 'minimum_count = "5"\n'),
            'own.toml: indicator.x.minimum_count: "5" is text, not a number. Write it without quotes and with a point: 5.',
            id="number in quotes",
        ),
        pytest.param(
            block(SHARE + 'breakdown = "kind"\n'),
            'own.toml: indicator.x: the key "breakdown" is unknown. Did you mean "breakdowns"?',
            id="key",
        ),
        pytest.param(
            block(SHARE + 'id = "own.y"\n'),
            'own.toml: indicator.x: the key "id" is unknown. The id is own.x, after the file and the block.',
            id="id",
        ),
        pytest.param(
            block(SHARE + 'breakdowns = "knd"\n'),
            'own.toml: indicator.x.breakdowns: dataset own.replies has no column "knd". Did you mean "kind"?',
            id="breakdown",
        ),
        pytest.param(
            block(
                'measure = "rate"\nevents = 1\nper = { of = "persons", dataset = "klaremal.populatoin" }\n',
                measured_in='"per_1000"',
            ),
            "own.toml: indicator.x: it needs dataset klaremal.populatoin, which no plugin declares. "
            'Did you mean "klaremal.population"?',
            id="other dataset",
        ),
        pytest.param(
            block('measure = "on_time"\nstart = "received_on"\nend = "answered_on"\nwithin = "2 weeks"\n'),
            'own.toml: indicator.x.within: within: "2 weeks" is in weeks. Write "14 days".',
            id="weeks",
        ),
        pytest.param(
            '[dataset.x]\ntitle = "X"\ngrain = "x"\ndated_by = "when"\ncolumns = { when = "dato" }\n',
            'own.toml: dataset.x.columns: when: type "dato" is unknown; use one of string, integer, number, boolean, date, '
            'datetime, year, period. Did you mean "date"?',
            id="type of a column",
        ),
        pytest.param(
            '[dataset.x]\ntitle = "X"\ngrain = "x"\ndated_by = "wen"\ncolumns = { when = "date" }\n',
            'own.toml: dataset.x.dated_by: there is no column "wen". Did you mean "when"?',
            id="column of a dataset",
        ),
        pytest.param(
            OTHERS.replace("own.replies", "own.x").replace("from replies", "from x").partition("[dataset.totals]")[0]
            + '[dataset.x]\ntitle = "X"\ngrain = "x"\ndated_by = "when"\ncolumns = { when = "date" }\nderived = 5\n',
            "own.toml: dataset.x.derived: 5 is not a table. Write { name = value }, or a [block] of its own.",
            id="a number for derived columns of a dataset that another is made of",
        ),
        pytest.param(
            '[dataset.x]\ntitle = "X"\ngrain = "x"\ndated_by = "when"\ncolumns = { when = "date" }\n'
            'derived = { late = "wen < 3" }\n',
            'own.toml: dataset.x.derived.late: there is no column "wen"; did you mean "when"?',
            id="column of a derived one",
        ),
        pytest.param(
            block(SHARE + "breaks = 5\n"),
            "own.toml: indicator.x.breaks: 5 is not a table. Write { name = value }, or a [block] of its own.",
            id="a number for breaks",
        ),
        pytest.param(
            block(SHARE + "plausible = [1]\n"),
            "own.toml: indicator.x.plausible: a list of 1 is not a list of 2 values. Write [..., ...].",
            id="half a range",
        ),
        pytest.param(
            '[dataset.x]\ntitle = "X"\ngrain = "x"\ndated_by = "when"\ncolumns = { when = { type = "date", enum = 5 } }\n',
            'own.toml: dataset.x.columns: when: enum: 5 is neither a list nor a table. Write ["a", "b"] or { a = "In words" }.',
            id="a number for an enumeration",
        ),
        pytest.param('titel = "x"\n', 'own.toml: the key "titel" is unknown. Did you mean "title"?', id="key of the file"),
        pytest.param(
            '[indicator."Svar til tiden"]\ntitle = "x"',
            'own.toml: indicator.Svar til tiden: "Svar til tiden" cannot be the name of an indicator. '
            "A name is a-z, 0-9 and _, beginning with a letter: [indicator.svar_til_tiden].",
            id="name",
        ),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place_and_cure(text: str, sentence: str, declare: Declare) -> None:
    """One sentence, and nothing that follows from it."""
    assert sentences(declare(text + REPLIES)) == [sentence]


def test_all_mistakes_are_told_at_once(declare: Declare) -> None:
    """Those of a dataset, of its columns, and of several indicators; what stands on a faulty dataset is not told again."""
    text = """
    [dataset.bad]
    title = "Dårlig"
    grain = "en"
    dated_by = "when"
    columns = { when = "dato", what = { typ = "string" } }
    [indicator.on_bad]
    title = "På dårlig"
    dataset = "own.bad"
    measure = "count"
    measured_in = "number"
    direction = "op"
    frequency = "montly"
    [indicator.empty]
    """
    places = [sentence.split(": ")[1] for sentence in sentences(declare(REPLIES + text))]
    assert places == [
        "dataset.bad.columns",
        "indicator.on_bad.direction",
        "indicator.on_bad.frequency",
        *["indicator.empty"] * 6,
    ]
