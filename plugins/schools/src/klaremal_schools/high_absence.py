"""Pupils who are often away: the pupils of a school year, their days away, what is made of both, and their share."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Share
from klaremal_schools.columns import MUNICIPALITY, SCHOOL_CODE, SCHOOL_NAME, SCHOOL_YEAR

ABSENCE_PERCENT = Reference(
    "Elevens fravær: dage væk på grund af sygdom, med tilladelse og ulovligt, af skoledagene i skoleåret (STIL)",
    "https://www.uvm.dk/statistik/grundskolen/elever/elevfravaer",
)
MORE_THAN_TEN = Reference(
    "Elever med mere end 10 procent fravær i skoleåret, som ministeriet opgør dem",
    "https://www.uni-c.dk/aktuelt/nyheder/uvm/2023/nov/231109-nye-tal-elevfravaer-i-folkeskolen-er-faldet",
)

PUPIL = Column(
    "pupil_id",
    "string",
    {"da": "Elev (pseudonym)", "en": "Pupil (pseudonym)", "nb": "Elev (pseudonym)"},
    required=True,
    personal=True,
    also=("Elev", "Elev-id"),
)
SCHOOL_DAYS = Column(
    "school_days",
    "number",
    {"da": "Elevens skoledage", "en": "The pupil's school days", "nb": "Elevens skoledager"},
    minimum=0,
    maximum=366,
    also=("Skoledage",),
)

PUPILS = Dataset(
    id="schools.pupils",
    title={"da": "Elever", "en": "Pupils", "nb": "Elever"},
    grain={
        "da": "én række pr. elev, skole og skoleår, også for den, der aldrig var væk",
        "en": "one row per pupil, school and school year, also for those who were never away",
        "nb": "én rad per elev, skole og skoleår, også for dem som aldri var borte",
    },
    columns=(PUPIL, SCHOOL_CODE, SCHOOL_NAME, SCHOOL_YEAR, SCHOOL_DAYS, MUNICIPALITY),
    placed_in=("school_code", "municipality"),
    dated_by="school_year",
    frequency="school_year",
    person="pupil_id",
    key=("pupil_id", "school_code", "school_year"),
    references=(ABSENCE_PERCENT,),
)

ABSENCE_DAYS = Dataset(
    id="schools.absence_days",
    title={"da": "Fraværsdage", "en": "Days of absence", "nb": "Fraværsdager"},
    grain={
        "da": "én række pr. elev, dag og slags fravær",
        "en": "one row per pupil, day and kind of absence",
        "nb": "én rad per elev, dag og type fravær",
    },
    columns=(
        PUPIL,
        Column("date", "date", {"da": "Dato", "en": "Date", "nb": "Dato"}, required=True),
        Column(
            "absence_type",
            "string",
            {"da": "Fravær", "en": "Absence", "nb": "Fravær"},
            required=True,
            enum={
                "sygdom": {"da": "Sygdom", "en": "Illness", "nb": "Sykdom"},
                "lovlig": {"da": "Med tilladelse", "en": "With leave", "nb": "Med permisjon"},
                "ulovlig": {"da": "Ulovligt", "en": "Without leave", "nb": "Ulovlig"},
            },
            also=("Fraværstype", "Årsag"),
        ),
        Column(
            "day_fraction",
            "number",
            {"da": "Del af dagen", "en": "Part of the day", "nb": "Del av dagen"},
            minimum=0,
            maximum=1,
        ),
    ),
    dated_by="date",
    person="pupil_id",
    events=("date",),
    key=("pupil_id", "date", "absence_type"),
    references=(ABSENCE_PERCENT,),
)

PUPIL_YEARS = Dataset(
    id="schools.pupil_years",
    title={"da": "Elevernes skoleår", "en": "The pupils' school years", "nb": "Elevenes skoleår"},
    grain={"da": "én række pr. elev og skoleår", "en": "one row per pupil and school year", "nb": "én rad per elev og skoleår"},
    columns=(
        PUPIL,
        SCHOOL_CODE,
        SCHOOL_YEAR,
        SCHOOL_DAYS,
        Column("absent_days", "number", {"da": "Dage væk", "en": "Days away", "nb": "Dager borte"}, required=True),
    ),
    placed_in="school_code",
    dated_by="school_year",
    frequency="school_year",
    person="pupil_id",
    key=("pupil_id", "school_year"),
    made_from=(PUPILS, ABSENCE_DAYS),
    # Who changes school has one school year, at the school with most of its days. Half a day twice is one, and a day on
    # which a pupil is away for two reasons is no more than a day. Unknown school days of one school leave the year unknown.
    sql="""
        with days as (
            select pupil_id, year(date) - case when month(date) < 8 then 1 else 0 end as begun,
                   least(sum(coalesce(day_fraction, 1)), 1) as away
            from absence_days group by pupil_id, date
        ),
        away as (
            select pupil_id, begun, sum(away) as absent_days from days group by pupil_id, begun
        ),
        attended as (
            select *, cast(left(school_year, 4) as integer) as begun, row_number() over (
                partition by pupil_id, left(school_year, 4) order by school_days desc nulls last, school_code
            ) as place
            from pupils
        ),
        years as (
            select pupil_id, begun, min(school_year) as school_year,
                   min(case when place = 1 then school_code end) as school_code,
                   case when count(school_days) = count(*) then sum(school_days) end as school_days
            from attended group by pupil_id, begun
        )
        select y.pupil_id, y.school_code, y.school_year, y.school_days, coalesce(a.absent_days, 0) as absent_days
        from years y left join away a on a.pupil_id = y.pupil_id and a.begun = y.begun
    """,
    references=(ABSENCE_PERCENT,),
)

HIGH_ABSENCE = Indicator(
    id="schools.high_absence",
    title={
        "da": "Elever med mere end 10 procent fravær",
        "en": "Pupils away for more than 10 percent",
        "nb": "Elever med mer enn 10 prosent fravær",
    },
    description={
        "da": "Andelen af elever, der er væk mere end 10 procent af deres skoledage i skoleåret: sygdom, med tilladelse og "
        "ulovligt. En elev tæller én gang, på den skole, hvor eleven har gået mest.",
        "en": "Share of pupils who are away for more than 10 percent of their school days in the school year: illness, with "
        "leave and without. A pupil counts once, at the school that the pupil went to most.",
        "nb": "Andelen elever som er borte mer enn 10 prosent av skoledagene sine i skoleåret: sykdom, med permisjon og "
        "ulovlig. En elev teller én gang, på skolen der eleven har gått mest.",
    },
    counted={"da": "elever", "en": "pupils", "nb": "elever"},
    dataset=PUPIL_YEARS,
    measure=Share("10 * absent_days > school_days", where="school_days > 0"),
    measured_in="percent",
    direction="lower",
    frequency="school_year",
    levels=("municipality", "institution"),
    kind="outcome",
    plausible=(0, 100),
    references=(MORE_THAN_TEN, ABSENCE_PERCENT),
)

DATASETS = (PUPILS, ABSENCE_DAYS, PUPIL_YEARS)
INDICATORS = (HIGH_ABSENCE,)
