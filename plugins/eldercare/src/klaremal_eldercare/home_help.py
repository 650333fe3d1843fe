"""Help at home: granted and delivered minutes, the visits, and how many helpers a citizen meets, made of the visits."""

from __future__ import annotations

from datetime import date

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Mean, Ratio
from klaremal_eldercare.columns import CITIZEN, PLACE, PLACED_IN


def _minutes(name: str, da: str, en: str, nb: str) -> Column:
    return Column(name, "number", {"da": da, "en": en, "nb": nb}, minimum=0)


HOME_HELP = Dataset(
    id="eldercare.home_help",
    title={
        "da": "Visiteret og leveret hjemmehjælp",
        "en": "Granted and delivered home help",
        "nb": "Innvilget og levert hjelp",
    },
    grain={
        "da": "én række pr. borger, leverandør og måned",
        "en": "one row per citizen, supplier and month",
        "nb": "én rad per innbygger, leverandør og måned",
    },
    columns=(
        CITIZEN,
        Column("age", "integer", {"da": "Alder", "en": "Age", "nb": "Alder"}, minimum=0, maximum=125, also=("Alder",)),
        Column("month", "period", {"da": "Måned", "en": "Month", "nb": "Måned"}, required=True, also=("Måned", "Periode")),
        Column(
            "supplier_type",
            "string",
            {"da": "Leverandør", "en": "Supplier", "nb": "Leverandør"},
            enum={
                "kommunal": {"da": "Kommunal", "en": "Municipal", "nb": "Kommunal"},
                "privat": {"da": "Privat", "en": "Private", "nb": "Privat"},
            },
            also=("Leverandørtype",),
        ),
        Column("supplier_id", "string", {"da": "Leverandørnr.", "en": "Supplier's number", "nb": "Leverandørnr."}),
        _minutes("granted_min_personal", "Visiteret pleje, min.", "Granted care, minutes", "Innvilget pleie, min."),
        _minutes("granted_min_practical", "Visiteret praktisk, min.", "Granted housework, minutes", "Innvilget praktisk, min."),
        _minutes("delivered_min_personal", "Leveret pleje, min.", "Delivered care, minutes", "Levert pleie, min."),
        _minutes("delivered_min_practical", "Leveret praktisk, min.", "Delivered housework, minutes", "Levert praktisk, min."),
        *PLACE,
    ),
    derived={
        "granted_min": "granted_min_personal + granted_min_practical",
        "delivered_min": "delivered_min_personal + delivered_min_practical",
    },
    placed_in=PLACED_IN,
    dated_by="month",
    frequency="month",
    person="citizen_id",
    key=("citizen_id", "month", "supplier_id"),
)

VISITS = Dataset(
    id="eldercare.visits",
    title={"da": "Besøg i hjemmet", "en": "Visits at home", "nb": "Besøk i hjemmet"},
    grain={"da": "én række pr. besøg", "en": "one row per visit", "nb": "én rad per besøk"},
    columns=(
        Column("visit_id", "string", {"da": "Besøg", "en": "Visit", "nb": "Besøk"}, required=True, unique=True),
        CITIZEN,
        Column(
            "employee_id",
            "string",
            {"da": "Medarbejder (pseudonym)", "en": "Employee (pseudonym)", "nb": "Ansatt (pseudonym)"},
            personal=True,
            also=("Medarbejder",),
        ),
        Column("planned_start", "datetime", {"da": "Planlagt", "en": "Planned", "nb": "Planlagt"}, required=True),
        Column("actual_start", "datetime", {"da": "Begyndt", "en": "Begun", "nb": "Begynt"}),
        Column("actual_end", "datetime", {"da": "Sluttet", "en": "Ended", "nb": "Sluttet"}),
        Column(
            "paragraph",
            "string",
            {"da": "Paragraf", "en": "Section", "nb": "Paragraf"},
            enum={
                "helhedspleje": {"da": "Helhedspleje", "en": "Whole-person care", "nb": "Helhetlig pleie"},
                "§83": {"da": "Hjemmehjælp (§ 83)", "en": "Home help (§ 83)", "nb": "Hjemmehjelp (§ 83)"},
                "§86": {"da": "Genoptræning (§ 86)", "en": "Training (§ 86)", "nb": "Opptrening (§ 86)"},
                "sygepleje": {"da": "Sygepleje", "en": "Nursing", "nb": "Sykepleie"},
            },
        ),
        Column(
            "status",
            "string",
            {"da": "Status", "en": "Status", "nb": "Status"},
            required=True,
            enum={
                "gennemført": {"da": "Gennemført", "en": "Carried out", "nb": "Gjennomført"},
                "aflyst_borger": {"da": "Aflyst af borgeren", "en": "Cancelled by the citizen", "nb": "Avlyst av innbyggeren"},
                "aflyst_kommune": {"da": "Aflyst af kommunen", "en": "Cancelled by us", "nb": "Avlyst av kommunen"},
            },
        ),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="planned_start",
    person="citizen_id",
    events=("actual_start", "actual_end"),
    key=("visit_id",),
)

HELPERS = Dataset(
    id="eldercare.helpers",
    title={"da": "Hjælpere på 14 dage", "en": "Helpers in 14 days", "nb": "Hjelpere på 14 dager"},
    grain={
        "da": "én række pr. borger og blok af 14 dage fra mandag til søndag",
        "en": "one row per citizen and block of 14 days from Monday to Sunday",
        "nb": "én rad per innbygger og blokk av 14 dager fra mandag til søndag",
    },
    columns=(
        CITIZEN,
        Column("last_day", "date", {"da": "Sidste dag", "en": "Last day", "nb": "Siste dag"}, required=True),
        Column("helpers", "integer", {"da": "Forskellige hjælpere", "en": "Different helpers", "nb": "Ulike hjelpere"}),
        Column("visits", "integer", {"da": "Besøg", "en": "Visits", "nb": "Besøk"}, required=True),
        Column("days_with_two", "integer", {"da": "Dage med to besøg", "en": "Days with two", "nb": "Dager med to besøk"}),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="last_day",
    person="citizen_id",
    key=("citizen_id", "last_day"),
    made_from=(VISITS,),
    # The blocks are those of the formula block(day, 14). A visit by nobody knows whom leaves the number unknown.
    sql="""
        with carried_out as (
            select *, cast(coalesce(actual_start, planned_start) as date) as day
            from visits
            where status = 'gennemført' and coalesce(paragraph, '') <> 'sygepleje'
                  and hour(coalesce(actual_start, planned_start)) between 7 and 21
        ),
        blocks as (
            select *, cast(floor(datediff('day', date '2001-01-01', day) / 14.0) as integer) as block from carried_out
        ),
        days as (
            select citizen_id, block, count(*) as days_with_two from (
                select citizen_id, block, day from blocks group by citizen_id, block, day having count(*) >= 2
            ) as busy group by citizen_id, block
        )
        select b.citizen_id, cast(date '2001-01-01' + 14 * b.block + 13 as date) as last_day,
               case when count(b.employee_id) = count(*) then count(distinct b.employee_id) end as helpers,
               count(*) as visits, coalesce(max(d.days_with_two), 0) as days_with_two,
               max(b.district) as district, max(b.municipality) as municipality
        from blocks b left join days d on d.citizen_id = b.citizen_id and d.block = b.block
        group by b.citizen_id, b.block
    """,
)

DELIVERED_HELP = Indicator(
    id="eldercare.delivered_home_help",
    title={
        "da": "Leveret af visiteret hjemmehjælp",
        "en": "Delivered of granted home help",
        "nb": "Levert av innvilget hjemmehjelp",
    },
    description={
        "da": "Leverede minutter i procent af visiterede, for borgere på 67 år eller ældre med visiteret tid i måneden. Hjælp, "
        "som borgeren selv aflyser, tæller som ikke leveret.",
        "en": "Delivered minutes in percent of granted ones, for citizens of 67 years or older with granted time in the month. "
        "Help that the citizen cancels counts as not delivered.",
        "nb": "Leverte minutter i prosent av innvilgede, for innbyggere på 67 år eller eldre med innvilget tid i måneden. "
        "Hjelp som innbyggeren selv avlyser, teller som ikke levert.",
    },
    counted={"da": "borgere", "en": "citizens", "nb": "innbyggere"},
    dataset=HOME_HELP,
    measure=Ratio("delivered_min", per="granted_min", scale=100, where="age >= 67 and granted_min > 0"),
    breakdowns=(("supplier_type",),),
    measured_in="percent",
    # Less than granted is a broken promise, much more a grant that does not fit.
    direction="neutral",
    frequency="month",
    levels=("municipality",),
    # Hours delivered say what the municipality did, not who the citizens are.
    disclosure="process",
    plausible=(0, 200),
    breaks={
        date(2025, 7, 1): {
            "da": "Ældreloven: hjælpen gives i rummelige forløb, og visiterede timer betyder noget andet.",
            "en": "The Eldercare Act: help comes in broad packages, and granted hours mean something else.",
            "nb": "Eldreloven: hjelpen gis i romslige forløp, og innvilgede timer betyr noe annet.",
        }
    },
    references=(
        Reference("Danmarks Statistik AED02/AED022: leveret og visiteret hjemmehjælp", "https://www.statistikbanken.dk/AED022"),
    ),
)

HELPERS_IN_14_DAYS = Indicator(
    id="eldercare.helpers_in_14_days",
    title={
        "da": "Forskellige hjælpere på 14 dage",
        "en": "Different helpers in 14 days",
        "nb": "Ulike hjelpere på 14 dager",
    },
    description={
        "da": "Hvor mange forskellige medarbejdere en borger med mindst to besøg hver dag møder på 14 dage mellem kl. 7 og 22, "
        "i gennemsnit. Sygepleje er ikke med. De 14 dage hører til den måned, de slutter i.",
        "en": "How many different members of staff a citizen with at least two visits every day meets in 14 days between 7 and "
        "22 o'clock, on average. Nursing is left out. The 14 days belong to the month in which they end.",
        "nb": "Hvor mange ulike ansatte en innbygger med minst to besøk hver dag møter på 14 dager mellom kl. 7 og 22, i "
        "snitt. Sykepleie er ikke med. De 14 dagene hører til måneden de slutter i.",
    },
    counted={"da": "borgere", "en": "citizens", "nb": "innbyggere"},
    dataset=HELPERS,
    measure=Mean("helpers", where="days_with_two = 14"),
    measured_in="number",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    # Who is visited meets at least one person.
    plausible=(1, 100),
    references=(
        Reference("Kolada U21401: personalkontinuitet, 14 dagar", "https://api.kolada.se/v3/kpi/U21401"),
        Reference("Ældreindikatorerne: antal forskellige hjælpere"),
    ),
)

DATASETS = (HOME_HELP, VISITS, HELPERS)
INDICATORS = (DELIVERED_HELP, HELPERS_IN_14_DAYS)
