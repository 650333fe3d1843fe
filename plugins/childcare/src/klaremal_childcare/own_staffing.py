"""Staffing from the municipality's own data: places and posts as spells, what they make of each institution, the ratios."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Ratio
from klaremal_childcare.columns import BIRTH_DATE, CHILD, INSTITUTION, MUNICIPALITY

MINIMUM_STAFFING = Reference(
    "Dagtilbudsloven § 19 a: et barn er 0-2 år til den 1. i måneden efter, at det er fyldt 3 år; kommunens gennemsnit af året",
    "https://ft.dk/samling/20231/lovforslag/l78/20231_l78_som_fremsat.htm",
)
METHOD = Reference(
    "Danmarks Statistik BOERN8 (bekendtgørelse nr. 1809 af 28. december 2023): fuldtidsbørn pr. fuldtidsansat, ledere med 85 %",
    "https://www.statistikbanken.dk/BOERN8",
)

ENROLMENT = Dataset(
    id="childcare.enrolment",
    title={"da": "Indskrevne børn", "en": "Children enrolled", "nb": "Barn med plass"},
    grain={
        "da": "én række pr. barn, institution og periode med samme plads",
        "en": "one row per child, institution and time with the same place",
        "nb": "én rad per barn, barnehage og tid med samme plass",
    },
    columns=(
        CHILD,
        BIRTH_DATE,
        INSTITUTION,
        Column(
            "institution_name",
            "string",
            {"da": "Institution", "en": "Institution", "nb": "Barnehage"},
            also=("Institutionsnavn",),
        ),
        Column(
            "institution_type",
            "string",
            {"da": "Tilbud", "en": "Offer", "nb": "Tilbud"},
            required=True,
            enum={
                "dagpleje": {"da": "Dagpleje", "en": "Childminder", "nb": "Familiebarnehage"},
                "vuggestue": {"da": "Vuggestue", "en": "Nursery", "nb": "Småbarnsbarnehage"},
                "børnehave": {"da": "Børnehave", "en": "Kindergarten", "nb": "Barnehage"},
                "integreret": {"da": "Integreret institution", "en": "Nursery and kindergarten", "nb": "Barnehage for alle"},
            },
            also=("Institutionstype",),
        ),
        Column(
            "ownership",
            "string",
            {"da": "Ejerform", "en": "Ownership", "nb": "Eierform"},
            required=True,
            enum={
                "kommunal": {"da": "Kommunal", "en": "Municipal", "nb": "Kommunal"},
                "selvejende": {"da": "Selvejende", "en": "Self-governing", "nb": "Selveiende"},
                "privat": {"da": "Privat", "en": "Private", "nb": "Privat"},
            },
        ),
        Column(
            "enrolled_from",
            "date",
            {"da": "Indmeldt", "en": "Enrolled from", "nb": "Plass fra"},
            required=True,
            also=("Indmeldt fra",),
        ),
        Column(
            "enrolled_to",
            "date",
            {"da": "Udmeldt, første dag uden plads", "en": "Without a place from", "nb": "Uten plass fra"},
            also=("Udmeldt",),
        ),
        Column(
            "full_time_share",
            "number",
            {"da": "Del af en fuldtidsplads", "en": "Share of a full-time place", "nb": "Del av en heltidsplass"},
            required=True,
            minimum=0,
            maximum=1,
            also=("Pladsandel",),
        ),
        MUNICIPALITY,
    ),
    placed_in=("institution_id", "municipality"),
    dated_by=("enrolled_from", "enrolled_to"),
    person="child_id",
    key=("child_id", "institution_id", "enrolled_from"),
    references=(MINIMUM_STAFFING,),
)

STAFF = Dataset(
    id="childcare.staff",
    title={"da": "Pædagogisk personale", "en": "Pedagogic staff", "nb": "Pedagogisk personale"},
    grain={
        "da": "én række pr. ansat, institution og periode med samme stilling og timer",
        "en": "one row per employee, institution and time with the same position and hours",
        "nb": "én rad per ansatt, barnehage og tid med samme stilling og timer",
    },
    columns=(
        Column(
            "employee_id",
            "string",
            {"da": "Medarbejder (pseudonym)", "en": "Employee (pseudonym)", "nb": "Ansatt (pseudonym)"},
            required=True,
            personal=True,
            also=("Medarbejder",),
        ),
        INSTITUTION,
        Column(
            "position",
            "string",
            {"da": "Stilling", "en": "Position", "nb": "Stilling"},
            required=True,
            enum={
                "pædagog": {"da": "Pædagog", "en": "Pedagogue", "nb": "Barnehagelærer"},
                "pæd.assistent": {"da": "Pædagogisk assistent", "en": "Pedagogic assistant", "nb": "Fagarbeider"},
                "medhjælper": {"da": "Pædagogmedhjælper", "en": "Assistant", "nb": "Assistent"},
                "studerende": {"da": "Studerende eller elev", "en": "Student or trainee", "nb": "Student eller lærling"},
                "leder": {"da": "Leder", "en": "Leader", "nb": "Leder"},
            },
        ),
        Column(
            "employed_from",
            "date",
            {"da": "Ansat fra", "en": "Employed from", "nb": "Ansatt fra"},
            required=True,
            also=("Ansat",),
        ),
        Column(
            "employed_to",
            "date",
            {"da": "Fratrådt, første dag uden stilling", "en": "Without the post from", "nb": "Uten stillingen fra"},
            also=("Fratrådt",),
        ),
        Column(
            "hours_per_week",
            "number",
            {"da": "Timer pr. uge", "en": "Hours a week", "nb": "Timer per uke"},
            required=True,
            minimum=0,
            maximum=48,
            also=("Ugentlige timer", "Timer"),
        ),
    ),
    placed_in="institution_id",
    dated_by=("employed_from", "employed_to"),
    person="employee_id",
    key=("employee_id", "institution_id", "position", "employed_from"),
    references=(METHOD,),
)

STAFFED = Dataset(
    id="childcare.staffed_institutions",
    title={
        "da": "Børn og voksne i hver institution",
        "en": "Children and adults of each institution",
        "nb": "Barn og voksne i hver barnehage",
    },
    grain={
        "da": "én række pr. institution og tid, hvor ingen kom, gik eller skiftede aldersgruppe",
        "en": "one row per institution and time in which nobody came, left or changed age group",
        "nb": "én rad per barnehage og tid der ingen kom, gikk eller byttet aldersgruppe",
    },
    columns=(
        INSTITUTION,
        Column("since", "date", {"da": "Fra", "en": "From", "nb": "Fra"}, required=True),
        Column("until", "date", {"da": "Til, ikke medregnet", "en": "To, not included", "nb": "Til, ikke medregnet"}),
        Column("children_0_2", "number", {"da": "Fuldtidsbørn, 0-2 år", "en": "Full-time, 0-2", "nb": "Heltidsbarn, 0-2 år"}),
        Column("children_3_5", "number", {"da": "Fuldtidsbørn, 3-5 år", "en": "Full-time, 3-5", "nb": "Heltidsbarn, 3-5 år"}),
        Column("hours", "number", {"da": "Voksnes timer pr. uge", "en": "Adults' weekly hours", "nb": "Voksnes timer per uke"}),
    ),
    # The law asks for one adult per three children of 0-2 years and per six of 3-5: adults are divided by that measure.
    derived={
        "adults_0_2": "hours / 37 * 2 * children_0_2 / (2 * children_0_2 + children_3_5)",
        "adults_3_5": "hours / 37 * children_3_5 / (2 * children_0_2 + children_3_5)",
    },
    placed_in="institution_id",
    dated_by=("since", "until"),
    key=("institution_id", "since"),
    made_from=(ENROLMENT, STAFF),
    # Every coming, leaving and growing is a change on its day; the sum of the changes until then is how things stand.
    # Without children in the law's institutions there is nobody to be an adult for: private ones and childminders drop out.
    sql="""
        with children as (
            select institution_id, enrolled_from as came, enrolled_to as went, full_time_share as place,
                   cast(date_trunc('month', birth_date + interval 3 year) + interval 1 month as date) as grown
            from enrolment
            where institution_type <> 'dagpleje' and ownership <> 'privat'
                  and (enrolled_to is null or enrolled_from < enrolled_to)
        ),
        changes as (
            select institution_id, came as day, case when came < grown then place else 0 end as small,
                   case when came < grown then 0 else place end as large, 0 as hours
            from children
            union all
            select institution_id, grown, -place, place, 0 from children
            where came < grown and (went is null or grown < went)
            union all
            select institution_id, went, case when went <= grown then -place else 0 end,
                   case when went <= grown then 0 else -place end, 0
            from children where went is not null
            union all
            select institution_id, employed_from, 0, 0, hours_per_week * case position when 'leder' then 0.85 else 1 end
            from staff
            union all
            select institution_id, employed_to, 0, 0, -hours_per_week * case position when 'leder' then 0.85 else 1 end
            from staff where employed_to is not null
        ),
        days as (
            select institution_id, day, sum(small) as small, sum(large) as large, sum(hours) as hours
            from changes group by institution_id, day
        ),
        stood as (
            select institution_id, day as since, lead(day) over stand as until, sum(small) over stand as children_0_2,
                   sum(large) over stand as children_3_5, sum(hours) over stand as hours
            from days window stand as (partition by institution_id order by day)
        )
        select * from stood where children_0_2 + children_3_5 > 0
    """,
    references=(MINIMUM_STAFFING, METHOD),
)


def _own(age: str, title: dict[str, str], description: dict[str, str]) -> Indicator:
    """Return the ratio of one age group, from the municipality's own data."""
    return Indicator(
        id=f"childcare.staffing_{age}_own",
        title=title,
        description=description,
        counted={"da": "opgørelser i institutionerne", "en": "counts in institutions", "nb": "opptellinger i barnehagene"},
        dataset=STAFFED,
        measure=Ratio(
            f"children_{age} * share_of_month",
            per=f"adults_{age} * share_of_month",
            where=f"children_{age} > 0",
            # Children without any adult are no ratio, but a post that the data has not got.
            known="hours > 0",
        ),
        measured_in="children_per_adult",
        direction="lower",
        frequency="month",
        levels=("municipality", "institution"),
        kind="input",
        # Places and posts say how the municipality staffs, and nothing of a child.
        disclosure="process",
        minimum_count=1,
        plausible=(1, 20),
        references=(MINIMUM_STAFFING, METHOD),
    )


STAFFING_0_2_OWN = _own(
    "0_2",
    {
        "da": "Børn pr. voksen, 0-2 år, egne tal",
        "en": "Children per adult, 0-2 years, own data",
        "nb": "Barn per voksen, 0-2 år, egne tall",
    },
    {
        "da": "Fuldtidsbørn pr. fuldtidsansat fra kommunens egne systemer. Et barn er 0-2 år til den 1. i måneden efter, at "
        "det er fyldt 3 år; ledere tæller 85 procent. I en institution for begge aldre tæller et barn på 0-2 år dobbelt, når "
        "de voksne deles.",
        "en": "Full-time children per full-time adult from the municipality's own systems. A child is 0-2 until the 1st of the "
        "month after turning 3; leaders count 85 percent. In an institution for both ages a child of 0-2 counts double when "
        "the adults are divided.",
        "nb": "Heltidsbarn per heltidsansatt fra kommunens egne systemer. Et barn er 0-2 år til den 1. i måneden etter fylte 3 "
        "år; ledere teller 85 prosent. I en barnehage for begge aldre teller et barn på 0-2 år dobbelt når de voksne deles.",
    },
)

STAFFING_3_5_OWN = _own(
    "3_5",
    {
        "da": "Børn pr. voksen, 3-5 år, egne tal",
        "en": "Children per adult, 3-5 years, own data",
        "nb": "Barn per voksen, 3-5 år, egne tall",
    },
    {
        "da": "Fuldtidsbørn fra 3 år til skolestart pr. fuldtidsansat fra kommunens egne systemer; ellers som for 0-2 år.",
        "en": "Full-time children from 3 years to school per full-time adult from the municipality's own systems; otherwise as "
        "for 0-2 years.",
        "nb": "Heltidsbarn fra 3 år til skolestart per heltidsansatt fra kommunens egne systemer; ellers som for 0-2 år.",
    },
)

DATASETS = (ENROLMENT, STAFF, STAFFED)
INDICATORS = (STAFFING_0_2_OWN, STAFFING_3_5_OWN)
