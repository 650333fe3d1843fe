"""Getting a place: the waiting list, the guarantees and the places taken that are made of it, and their indicators."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Mean, Median, OnTime, Share
from klaremal_childcare.columns import BIRTH_DATE, CHILD, MUNICIPALITY

GUARANTEE = Reference(
    "Dagtilbudsloven § 23: plads fra 26 uger; ønskes den i umiddelbar forlængelse, har kommunen 4 uger mere",
    "https://www.elov.dk/dagtilbudsloven/23/",
)
GUARANTEE_DATE = Reference(
    "Dagtilbudsbekendtgørelsen (nr. 2058 af 15. november 2021) § 3: senest 3 måneder efter ansøgningen; skriftlig garantidato",
    "https://www.elov.dk/dagtilbudsbekendtgorelsen/paragraf/3/",
)
WISHES = Reference("Dagtilbudsloven § 27 c: forældres ønske om bestemte dagtilbud", "https://danskelove.dk/dagtilbudsloven/27c")

_APPLIED = Column(
    "applied_date",
    "date",
    {"da": "Ansøgt", "en": "Applied", "nb": "Søkt"},
    required=True,
    also=("Ansøgningsdato", "Opskrevet"),
)
_WISHED = Column(
    "wished_date",
    "date",
    {"da": "Plads ønsket fra", "en": "Place wished from", "nb": "Plass ønsket fra"},
    also=("Ønsket fra", "Behovsdato"),
)

WAITING_LIST = Dataset(
    id="childcare.waiting_list",
    title={"da": "Venteliste til dagtilbud", "en": "Waiting list for childcare", "nb": "Venteliste til barnehage"},
    grain={
        "da": "én række pr. barn, ansøgning og tilbudt plads; én uden tilbud for den, der intet har fået",
        "en": "one row per child, application and place offered; one without an offer for those who have had none",
        "nb": "én rad per barn, søknad og tilbudt plass; én uten tilbud for dem som ikke har fått noe",
    },
    columns=(
        CHILD,
        BIRTH_DATE,
        _APPLIED,
        Column(
            "application_type",
            "string",
            {"da": "Ansøgning", "en": "Application", "nb": "Søknad"},
            required=True,
            enum={
                "ny": {"da": "Plads til et barn uden plads", "en": "A child without a place", "nb": "Barn uten plass"},
                "flytning": {"da": "Flytning fra en plads", "en": "A move from a place", "nb": "Bytte av plass"},
            },
            also=("Ansøgningstype",),
        ),
        _WISHED,
        Column(
            "wished_institution",
            "string",
            {"da": "Første ønske", "en": "First choice", "nb": "Første ønske"},
            also=("Ønsket institution", "1. prioritet"),
        ),
        Column("guarantee_date", "date", {"da": "Garantidato", "en": "Guarantee date", "nb": "Garantidato"}),
        Column("postponed_on", "date", {"da": "Bedt om udsættelse den", "en": "Asked to wait on", "nb": "Bedt om utsettelse"}),
        Column("postponed_to", "date", {"da": "Udsat til", "en": "Postponed to", "nb": "Utsatt til"}),
        Column("offer_date", "date", {"da": "Tilbud givet", "en": "Offered", "nb": "Tilbud gitt"}, also=("Tilbudt",)),
        Column(
            "offer_institution",
            "string",
            {"da": "Tilbudt institution", "en": "Institution offered", "nb": "Tilbudt institusjon"},
        ),
        Column("offer_start", "date", {"da": "Plads fra", "en": "Place from", "nb": "Plass fra"}, also=("Startdato",)),
        Column(
            "offer_response",
            "string",
            {"da": "Svar på tilbud", "en": "Answer to the offer", "nb": "Svar på tilbud"},
            enum={
                "accepteret": {"da": "Accepteret", "en": "Accepted", "nb": "Akseptert"},
                "afslået": {"da": "Afslået", "en": "Refused", "nb": "Avslått"},
            },
            also=("Svar",),
        ),
        Column(
            "withdrawn_date",
            "date",
            {"da": "Ude af ventelisten", "en": "Left the list", "nb": "Ute av ventelisten"},
            also=("Slettet", "Frafaldet"),
        ),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="applied_date",
    person="child_id",
    # A wish, a guarantee, a postponement and the start of a place may lie ahead.
    events=("applied_date", "postponed_on", "offer_date", "withdrawn_date"),
    key=("child_id", "applied_date", "offer_date"),
    references=(GUARANTEE, GUARANTEE_DATE),
)

GUARANTEES = Dataset(
    id="childcare.place_guarantees",
    title={"da": "Pasningsgarantiens frister", "en": "Deadlines of the place guarantee", "nb": "Fristene i plassgarantien"},
    grain={
        "da": "én række pr. barn uden plads og ansøgning",
        "en": "one row per child without a place and application",
        "nb": "én rad per barn uten plass og søknad",
    },
    columns=(
        CHILD,
        BIRTH_DATE,
        _APPLIED,
        Column("due_date", "date", {"da": "Plads senest", "en": "Place at the latest", "nb": "Plass senest"}, required=True),
        Column("placed_on", "date", {"da": "Plads tilbudt fra", "en": "Place offered from", "nb": "Plass tilbudt fra"}),
        Column("withdrawn_date", "date", {"da": "Ude af ventelisten", "en": "Left the list", "nb": "Ute av ventelisten"}),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="applied_date",
    person="child_id",
    events=("applied_date", "withdrawn_date"),
    key=("child_id", "applied_date"),
    made_from=(WAITING_LIST,),
    # Four weeks after the 26, but three months after the application and not before the parents want it. A guarantee date
    # that the parents were given may be earlier, never later. They must ask to wait longer before the day has passed. An
    # offer is as good as the day on which the child can start, the first of several counts, and refused ones do, too.
    sql="""
        with promised as (
            select *, cast(least(guarantee_date, greatest(
                birth_date + interval 30 week, applied_date + interval 3 month, wished_date
            )) as date) as promised_date
            from waiting_list where application_type = 'ny'
        ),
        answered as (
            select *, greatest(promised_date, case when postponed_on <= promised_date then postponed_to end) as due_date,
                   case when offer_start is not null then greatest(offer_date, offer_start) end as placed_on
            from promised
        )
        select child_id, min(birth_date) as birth_date, applied_date, min(due_date) as due_date, min(placed_on) as placed_on,
               min(withdrawn_date) as withdrawn_date, min(municipality) as municipality
        from answered group by child_id, applied_date
    """,
    references=(GUARANTEE, GUARANTEE_DATE),
)

PLACES_TAKEN = Dataset(
    id="childcare.places_taken",
    title={"da": "Pladser, der blev taget", "en": "Places taken", "nb": "Plasser som ble tatt"},
    grain={
        "da": "én række pr. ansøgning: den første plads, som forældrene tog imod",
        "en": "one row per application: the first place that the parents took",
        "nb": "én rad per søknad: den første plassen som foreldrene tok imot",
    },
    columns=(
        CHILD,
        _APPLIED,
        _WISHED,
        Column("wished_institution", "string", {"da": "Første ønske", "en": "First choice", "nb": "Første ønske"}),
        Column("offer_institution", "string", {"da": "Institution", "en": "Institution", "nb": "Institusjon"}),
        Column("offer_start", "date", {"da": "Plads fra", "en": "Place from", "nb": "Plass fra"}, required=True),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="offer_start",
    person="child_id",
    key=("child_id", "applied_date"),
    made_from=(WAITING_LIST,),
    # Who asks to wait before the wait begins has changed the wish.
    sql="""
        with taken as (
            select *, row_number() over (
                partition by child_id, applied_date order by offer_start, offer_date, offer_institution
            ) as place
            from waiting_list
            where application_type = 'ny' and offer_response = 'accepteret' and offer_start is not null
        )
        select child_id, applied_date, wished_institution, offer_institution, offer_start, municipality,
               greatest(wished_date, case when postponed_on <= wished_date then postponed_to end) as wished_date
        from taken where place = 1
    """,
)

PLACE_GUARANTEE = Indicator(
    id="childcare.place_guarantee",
    title={"da": "Pasningsgaranti overholdt", "en": "Place guarantee kept", "nb": "Plassgarantien overholdt"},
    description={
        "da": "Andelen af børn, der kunne få en plads til tiden: senest 4 uger efter at være fyldt 26 uger, eller 3 måneder "
        "efter ansøgningen, hvis det er senere. Ønsker forældrene en senere dag, gælder den. Et barn, der stadig venter efter "
        "fristen, tæller som for sent.",
        "en": "Share of children who could have a place on time: at most 4 weeks after turning 26 weeks old, or 3 months after "
        "the application where that is later. If the parents want a later day, that day counts. A child who still waits past "
        "the deadline is late.",
        "nb": "Andelen barn som kunne få plass til rett tid: senest 4 uker etter fylte 26 uker, eller 3 måneder etter søknaden "
        "hvis det er senere. Ønsker foreldrene en senere dag, gjelder den. Et barn som fortsatt venter etter fristen, teller "
        "som for sent.",
    },
    counted={"da": "børn", "en": "children", "nb": "barn"},
    dataset=GUARANTEES,
    measure=OnTime(
        start="applied_date",
        end="placed_on",
        deadline="due_date",
        # Who leaves the list after a place could be had has had it in time or not.
        withdrawn="case when placed_on is null or withdrawn_date < placed_on then withdrawn_date end",
    ),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 100),
    references=(GUARANTEE, GUARANTEE_DATE),
)

FIRST_CHOICE = Indicator(
    id="childcare.first_choice",
    title={"da": "Fik den ønskede institution", "en": "Got the institution of choice", "nb": "Fikk ønsket barnehage"},
    description={
        "da": "Andelen af børn, hvis første plads er i den institution, forældrene ønskede først. Børn, der flytter fra en "
        "plads, og forældre uden et bestemt ønske er ikke med.",
        "en": "Share of children whose first place is in the institution that the parents wished for first. Children who move "
        "from a place, and parents without a wish, are left out.",
        "nb": "Andelen barn som fikk sin første plass i den barnehagen foreldrene ønsket først. Barn som bytter plass, og "
        "foreldre uten et bestemt ønske er ikke med.",
    },
    counted={"da": "børn", "en": "children", "nb": "barn"},
    dataset=PLACES_TAKEN,
    measure=Share("offer_institution = wished_institution", where="wished_institution is not null"),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 100),
    references=(WISHES,),
)

_WAITED = "greatest(days_between(wished_date, offer_start), 0)"

WAITING_DAYS = Indicator(
    id="childcare.waiting_days",
    title={
        "da": "Ventetid til plads, gennemsnit",
        "en": "Waiting time for a place, mean",
        "nb": "Ventetid på plass, gjennomsnitt",
    },
    description={
        "da": "Gennemsnitligt antal dage fra den dag, forældrene ønskede en plads, til barnet fik den. En plads før tiden er 0 "
        "dage. Børn, der flytter fra en plads, er ikke med.",
        "en": "Mean number of days from the day on which the parents wished for a place to the day of the place. A place ahead "
        "of time is 0 days. Children who move from a place are left out.",
        "nb": "Gjennomsnittlig antall dager fra dagen foreldrene ønsket plass, til barnet fikk den. En plass før tiden er 0 "
        "dager. Barn som bytter plass, er ikke med.",
    },
    counted={"da": "børn", "en": "children", "nb": "barn"},
    dataset=PLACES_TAKEN,
    measure=Mean(_WAITED),
    measured_in="days",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 1500),
    references=(WISHES,),
)

WAITING_DAYS_MEDIAN = Indicator(
    id="childcare.waiting_days_median",
    title={"da": "Ventetid til plads, median", "en": "Waiting time for a place, median", "nb": "Ventetid på plass, median"},
    description={
        "da": "Halvdelen ventede højst så mange dage på pladsen; ellers som gennemsnittet. Enkelte meget lange ventetider "
        "flytter den ikke.",
        "en": "Half of them waited at most so many days for the place; otherwise as the mean. A few very long waits do not "
        "move it.",
        "nb": "Halvparten ventet høyst så mange dager på plassen; ellers som gjennomsnittet. Enkelte svært lange ventetider "
        "flytter den ikke.",
    },
    counted={"da": "børn", "en": "children", "nb": "barn"},
    dataset=PLACES_TAKEN,
    measure=Median(_WAITED),
    measured_in="days",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 1500),
    references=(WISHES,),
)

DATASETS = (WAITING_LIST, GUARANTEES, PLACES_TAKEN)
INDICATORS = (PLACE_GUARANTEE, FIRST_CHOICE, WAITING_DAYS, WAITING_DAYS_MEDIAN)
