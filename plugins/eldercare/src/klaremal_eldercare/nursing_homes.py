"""Waiting for a nursing home: the waiting list, the clocks of the guarantee made of it, and their indicators."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Mean, Median, OnTime
from klaremal_eldercare.columns import BIRTH_DATE, CITIZEN, PLACE, PLACED_IN

GUARANTEE = Reference(
    "Almenboligloven § 54 a (plejeboliggaranti): en plejebolig senest 2 måneder efter optagelse på den generelle venteliste",
)
SERVICE_ACT = Reference("Serviceloven § 192 a", "https://danskelove.dk/serviceloven/192a")

WAITING_LIST = Dataset(
    id="eldercare.waiting_list",
    title={"da": "Venteliste til plejebolig", "en": "Waiting list for nursing homes", "nb": "Venteliste til sykehjem"},
    grain={
        "da": "én række pr. borger og tilbud; én uden tilbud for den, der intet har fået",
        "en": "one row per citizen and offer; one without an offer for those who have had none",
        "nb": "én rad per innbygger og tilbud; én uten tilbud for dem som ikke har fått noe",
    },
    columns=(
        CITIZEN,
        BIRTH_DATE,
        Column(
            "decision_date",
            "date",
            {"da": "Optaget på ventelisten", "en": "Admitted to the list", "nb": "Tatt opp på ventelisten"},
            required=True,
            also=("Visiteret", "Bevilget"),
        ),
        Column(
            "list_type",
            "string",
            {"da": "Venteliste", "en": "List", "nb": "Venteliste"},
            required=True,
            enum={
                "generel": {"da": "Den generelle venteliste", "en": "The general list", "nb": "Den generelle ventelisten"},
                "frit_valg": {
                    "da": "En bestemt bolig valgt",
                    "en": "A specific home chosen",
                    "nb": "Valgt et bestemt sykehjem",
                },
            },
            also=("Venteliste",),
        ),
        Column(
            "free_choice_date",
            "date",
            {"da": "Valgte en bestemt bolig", "en": "Chose a specific home", "nb": "Valgte et bestemt sykehjem"},
            also=("Frit valg fra",),
        ),
        Column("offer_date", "date", {"da": "Tilbud givet", "en": "Offered", "nb": "Tilbud gitt"}, also=("Tilbudt",)),
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
        Column("refusal_date", "date", {"da": "Afslået den", "en": "Refused on", "nb": "Avslått den"}, also=("Afslået",)),
        Column("ready_date", "date", {"da": "Klar til indflytning", "en": "Ready to move in", "nb": "Klar til innflytting"}),
        Column("exit_date", "date", {"da": "Ude af ventelisten", "en": "Left the list", "nb": "Ute av ventelisten"}),
        Column(
            "exit_reason",
            "string",
            {"da": "Årsag", "en": "Reason", "nb": "Årsak"},
            enum={
                "flyttet": {"da": "Flyttet", "en": "Moved", "nb": "Flyttet"},
                "død": {"da": "Død", "en": "Died", "nb": "Død"},
                "frafaldet": {"da": "Frafaldet", "en": "Withdrawn", "nb": "Frafalt"},
            },
        ),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="decision_date",
    person="citizen_id",
    # A home may be announced as ready ahead of the day.
    events=("decision_date", "free_choice_date", "offer_date", "refusal_date", "exit_date"),
    key=("citizen_id", "decision_date", "offer_date"),
    references=(GUARANTEE, SERVICE_ACT),
)

CLOCKS = Dataset(
    id="eldercare.nursing_home_clocks",
    title={
        "da": "Plejeboliggarantiens frister",
        "en": "Clocks of the nursing-home guarantee",
        "nb": "Fristene i sykehjemsgarantien",
    },
    grain={
        "da": "én række pr. frist: fra optagelsen på den generelle venteliste og fra hvert afslag",
        "en": "one row per clock: from admission to the general list, and from every refusal",
        "nb": "én rad per frist: fra opptaket på den generelle ventelisten og fra hvert avslag",
    },
    columns=(
        CITIZEN,
        BIRTH_DATE,
        Column("decision_date", "date", {"da": "Optaget på ventelisten", "en": "Admitted", "nb": "Tatt opp på ventelisten"}),
        Column("clock_start", "date", {"da": "Fristen løber fra", "en": "The clock runs from", "nb": "Fristen løper fra"}),
        Column("offer_date", "date", {"da": "Tilbud givet", "en": "Offered", "nb": "Tilbud gitt"}),
        Column("is_refused", "boolean", {"da": "Tilbuddet afslået", "en": "The offer was refused", "nb": "Tilbudet avslått"}),
        Column("ready_date", "date", {"da": "Klar til indflytning", "en": "Ready to move in", "nb": "Klar til innflytting"}),
        Column("left_on", "date", {"da": "Ude af garantien", "en": "Left the guarantee", "nb": "Ute av garantien"}),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="clock_start",
    person="citizen_id",
    events=("clock_start", "offer_date"),
    key=("citizen_id", "decision_date", "clock_start"),
    made_from=(WAITING_LIST,),
    # An offer ends the first clock that it stands in: one refused by then does not. A refusal without its date is as early
    # as it can be, so that no wait is forgotten. Choosing a specific home ends the guarantee as leaving the list does.
    sql="""
        with offers as (
            select *, coalesce(refusal_date, case when offer_response = 'afslået' then offer_date end) as refused_on
            from waiting_list where list_type = 'generel'
        ),
        admitted as (
            select citizen_id, decision_date, min(birth_date) as birth_date, min(district) as district,
                   min(municipality) as municipality, coalesce(least(min(exit_date), min(free_choice_date)),
                   min(exit_date), min(free_choice_date)) as left_on
            from offers group by citizen_id, decision_date
        ),
        starts as (
            select citizen_id, decision_date, decision_date as clock_start from admitted
            union
            select citizen_id, decision_date, refused_on from offers where refused_on is not null
        ),
        met as (
            select s.citizen_id, s.decision_date, s.clock_start, o.refused_on, o.ready_date,
                   case when o.offer_date is not null then greatest(o.offer_date, s.clock_start) end as offer_date,
                   row_number() over (partition by s.citizen_id, s.decision_date, s.clock_start
                                      order by o.offer_date, o.refused_on, o.ready_date) as place
            from starts s
            left join offers o on o.citizen_id = s.citizen_id and o.decision_date = s.decision_date
                 and o.offer_date is not null and (o.refused_on is null or o.refused_on > s.clock_start)
        )
        select m.citizen_id, a.birth_date, m.decision_date, m.clock_start, m.offer_date, m.refused_on is not null as is_refused,
               m.ready_date, a.left_on, a.district, a.municipality
        from met m join admitted a on a.citizen_id = m.citizen_id and a.decision_date = m.decision_date
        where m.place = 1
    """,
    references=(GUARANTEE,),
)

WAITS = Dataset(
    id="eldercare.nursing_home_waits",
    title={
        "da": "Ventetid til tilbud om plejebolig",
        "en": "Waits for the offer of a nursing home",
        "nb": "Ventetid på tilbud om sykehjem",
    },
    grain={
        "da": "én række pr. tilbud, der afsluttede en frist",
        "en": "one row per offer that ended a clock",
        "nb": "én rad per tilbud som avsluttet en frist",
    },
    columns=(
        CITIZEN,
        BIRTH_DATE,
        Column("clock_start", "date", {"da": "Fristen løber fra", "en": "The clock runs from", "nb": "Fristen løper fra"}),
        Column("offer_date", "date", {"da": "Tilbud givet", "en": "Offered", "nb": "Tilbud gitt"}, required=True),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="offer_date",
    person="citizen_id",
    events=("clock_start", "offer_date"),
    made_from=(CLOCKS,),
    sql="""
        select citizen_id, birth_date, clock_start, offer_date, district, municipality
        from nursing_home_clocks where offer_date is not null
    """,
)

NURSING_HOME_GUARANTEE = Indicator(
    id="eldercare.nursing_home_guarantee",
    title={"da": "Plejeboliggaranti overholdt", "en": "Nursing-home guarantee kept", "nb": "Sykehjemsgarantien overholdt"},
    description={
        "da": "Andelen af frister, hvor borgeren på den generelle venteliste fik tilbudt en plejebolig inden 2 måneder. Et "
        "afslag starter en ny frist. Den, der vælger en bestemt bolig, er ude af garantien. Den, der stadig venter efter "
        "fristen, tæller som for sent.",
        "en": "Share of clocks in which a citizen on the general list was offered a nursing home within 2 months. A refusal "
        "starts a new clock. Who chooses a specific home is out of the guarantee. Who still waits past the deadline is late.",
        "nb": "Andelen frister der innbyggeren på den generelle ventelisten fikk tilbud om sykehjem innen 2 måneder. Et avslag "
        "starter en ny frist. Den som velger et bestemt sykehjem, er ute av garantien. Den som fortsatt venter etter fristen, "
        "teller som for sent.",
    },
    counted={"da": "frister", "en": "clocks", "nb": "frister"},
    dataset=CLOCKS,
    measure=OnTime(
        start="clock_start",
        end="offer_date",
        within="2 months",
        # Who leaves after the offer has had it in time or not.
        withdrawn="case when offer_date is null or left_on < offer_date then left_on end",
    ),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    plausible=(0, 100),
    references=(GUARANTEE, SERVICE_ACT),
)

NURSING_HOME_READY = Indicator(
    id="eldercare.nursing_home_ready",
    title={"da": "Plejebolig klar til tiden", "en": "Nursing home ready on time", "nb": "Sykehjemsplass klar til tiden"},
    description={
        "da": "Andelen af frister, hvor plejeboligen var klar senest to uger efter de 2 måneder. Afslåede tilbud er ikke med.",
        "en": "Share of clocks in which the home was ready within two weeks after the 2 months. Refused offers are left out.",
        "nb": "Andelen frister der plassen var klar senest to uker etter de 2 månedene. Avslåtte tilbud er ikke med.",
    },
    counted={"da": "frister", "en": "clocks", "nb": "frister"},
    dataset=CLOCKS,
    measure=OnTime(
        start="clock_start",
        end="ready_date",
        deadline="clock_start + interval 2 month + interval 14 day",
        withdrawn="case when ready_date is null or left_on < ready_date then left_on end",
        where="not is_refused",
    ),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    plausible=(0, 100),
    references=(
        Reference("Social- og Boligstyrelsen, plejeboliggarantien: klar senest to uger efter de 2 måneder"),
        GUARANTEE,
    ),
)

_WAITED = "days_between(clock_start, offer_date)"
_OLD_ENOUGH = "age(birth_date, offer_date) >= 67"
_AED16 = Reference(
    "Danmarks Statistik AED16: ventetid for dem på 67 år eller ældre på den generelle venteliste, der fik tilbudt en bolig",
    "https://www.statistikbanken.dk/AED16",
)

WAITING_DAYS = Indicator(
    id="eldercare.nursing_home_waiting_days",
    title={
        "da": "Ventetid til plejebolig, gennemsnit",
        "en": "Waiting time for a nursing home, mean",
        "nb": "Ventetid på sykehjem, gjennomsnitt",
    },
    description={
        "da": "Gennemsnitligt antal dage, fra fristen begyndte, til borgeren fik tilbudt en plejebolig. Med er dem på 67 år "
        "eller ældre på den generelle venteliste, der fik et tilbud i perioden; efter et afslag begynder ventetiden forfra.",
        "en": "Mean number of days from the start of the clock to the offer, of those of 67 years or older on the general list "
        "who were offered a home in the period; after a refusal the wait begins anew.",
        "nb": "Gjennomsnittlig antall dager fra fristen begynte til innbyggeren fikk tilbud om sykehjem. Med er de på 67 år "
        "eller eldre på den generelle ventelisten som fikk et tilbud i perioden; etter et avslag begynner ventetiden på nytt.",
    },
    counted={"da": "tilbud", "en": "offers", "nb": "tilbud"},
    dataset=WAITS,
    measure=Mean(_WAITED, where=_OLD_ENOUGH),
    measured_in="days",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 1500),
    references=(_AED16,),
)

WAITING_DAYS_MEDIAN = Indicator(
    id="eldercare.nursing_home_waiting_days_median",
    title={
        "da": "Ventetid til plejebolig, median",
        "en": "Waiting time for a nursing home, median",
        "nb": "Ventetid på sykehjem, median",
    },
    description={
        "da": "Halvdelen ventede højst så mange dage på tilbuddet; ellers som gennemsnittet. Enkelte meget lange ventetider "
        "flytter den ikke.",
        "en": "Half of them waited at most so many days for the offer; otherwise as the mean. A few very long waits do not "
        "move it.",
        "nb": "Halvparten ventet høyst så mange dager på tilbudet; ellers som gjennomsnittet. Enkelte svært lange ventetider "
        "flytter den ikke.",
    },
    counted={"da": "tilbud", "en": "offers", "nb": "tilbud"},
    dataset=WAITS,
    measure=Median(_WAITED, where=_OLD_ENOUGH),
    measured_in="days",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 1500),
    references=(_AED16,),
)

DATASETS = (WAITING_LIST, CLOCKS, WAITS)
INDICATORS = (NURSING_HOME_GUARANTEE, NURSING_HOME_READY, WAITING_DAYS, WAITING_DAYS_MEDIAN)
