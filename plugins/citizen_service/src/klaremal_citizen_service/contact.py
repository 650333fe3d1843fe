"""Meeting the municipality: tickets of the queue and calls, how long people wait and how many calls are answered."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Median, Quantile, Share
from klaremal_citizen_service.columns import MUNICIPALITY

OWN = Reference("Egen definition; kommunen sætter selv niveauet")

QUEUE = Dataset(
    id="citizen_service.queue_tickets",
    title={"da": "Numre i køen i Borgerservice", "en": "Queue tickets", "nb": "Kølapper"},
    grain={"da": "én række pr. kønummer", "en": "one row per ticket", "nb": "én rad per kølapp"},
    columns=(
        Column(
            "ticket_id",
            "string",
            {"da": "Kønummer", "en": "Ticket", "nb": "Kølapp"},
            required=True,
            unique=True,
            also=("Id", "TicketId"),
        ),
        Column(
            "created_at",
            "datetime",
            {"da": "Nummer trukket", "en": "Ticket drawn", "nb": "Kølapp trukket"},
            required=True,
            also=("CreatedAt",),
        ),
        Column("called_at", "datetime", {"da": "Kaldt frem", "en": "Called", "nb": "Kalt frem"}, also=("CalledAt",)),
        Column("ended_at", "datetime", {"da": "Afsluttet", "en": "Ended", "nb": "Avsluttet"}, also=("EndedAt",)),
        Column("queue", "string", {"da": "Kø", "en": "Queue", "nb": "Kø"}, also=("QueueName",)),
        Column("category", "string", {"da": "Køens art", "en": "Kind of queue", "nb": "Køtype"}, also=("QueueCategoryName",)),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="created_at",
    events=("created_at", "called_at", "ended_at"),
    key=("ticket_id",),
)

CALLS = Dataset(
    id="citizen_service.calls",
    title={"da": "Telefonopkald", "en": "Telephone calls", "nb": "Telefonsamtaler"},
    grain={"da": "én række pr. opkald i køen", "en": "one row per call offered", "nb": "én rad per anrop i køen"},
    columns=(
        Column("call_id", "string", {"da": "Opkald", "en": "Call", "nb": "Anrop"}, required=True, unique=True),
        Column("offered_at", "datetime", {"da": "I kø", "en": "Offered", "nb": "I kø"}, required=True, also=("I kø",)),
        Column("answered_at", "datetime", {"da": "Besvaret", "en": "Answered", "nb": "Besvart"}, also=("Besvaret",)),
        Column("ended_at", "datetime", {"da": "Afsluttet", "en": "Ended", "nb": "Avsluttet"}, also=("Afsluttet",)),
        Column("queue", "string", {"da": "Kø", "en": "Queue", "nb": "Kø"}, also=("Kø",)),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="offered_at",
    events=("offered_at", "answered_at", "ended_at"),
    key=("call_id",),
)

_WAITED = "minutes_between(created_at, called_at)"

QUEUE_MEDIAN = Indicator(
    id="citizen_service.queue_minutes_median",
    title={"da": "Ventetid i Borgerservice, median", "en": "Queue wait, median", "nb": "Ventetid i køen, median"},
    description={
        "da": "Halvdelen af dem, der blev kaldt frem, ventede højst så mange minutter, fra de trak et nummer.",
        "en": "Half of those who were called waited at most so many minutes from drawing a ticket.",
        "nb": "Halvparten av dem som ble kalt frem, ventet høyst så mange minutter fra de trakk en kølapp.",
    },
    counted={"da": "besøg", "en": "visits", "nb": "besøk"},
    dataset=QUEUE,
    measure=Median(_WAITED, where="called_at is not null"),
    breakdowns=(("queue",),),
    measured_in="minutes",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 480),
    references=(OWN,),
)

QUEUE_P90 = Indicator(
    id="citizen_service.queue_minutes_p90",
    title={
        "da": "Ventetid i Borgerservice, 9 af 10",
        "en": "Queue wait, nine of ten",
        "nb": "Ventetid i køen, 9 av 10",
    },
    description={
        "da": "Ni af ti af dem, der blev kaldt frem, ventede højst så mange minutter, fra de trak et nummer.",
        "en": "Nine of ten of those who were called waited at most so many minutes from drawing a ticket.",
        "nb": "Ni av ti av dem som ble kalt frem, ventet høyst så mange minutter fra de trakk en kølapp.",
    },
    counted={"da": "besøg", "en": "visits", "nb": "besøk"},
    dataset=QUEUE,
    measure=Quantile(_WAITED, q=0.9, where="called_at is not null"),
    breakdowns=(("queue",),),
    measured_in="minutes",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    plausible=(0, 480),
    references=(OWN,),
)

QUEUE_WITHIN_15 = Indicator(
    id="citizen_service.queue_within_15_minutes",
    title={
        "da": "Kaldt frem inden for 15 minutter",
        "en": "Called within 15 minutes",
        "nb": "Kalt frem innen 15 minutter",
    },
    description={
        "da": "Andelen af alle trukne numre, der blev kaldt frem inden for 15 minutter. Den, der går uden at blive kaldt frem, "
        "tæller som ikke kaldt frem i tide.",
        "en": "Share of all tickets drawn that were called within 15 minutes. Who leaves without being called counts as not "
        "called in time.",
        "nb": "Andelen av alle kølapper som ble kalt frem innen 15 minutter. Den som går uten å bli kalt frem, teller som ikke "
        "kalt frem i tide.",
    },
    counted={"da": "numre", "en": "tickets", "nb": "kølapper"},
    dataset=QUEUE,
    measure=Share(f"coalesce({_WAITED} <= 15, false)"),
    breakdowns=(("queue",),),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    # A ticket names nobody.
    disclosure="process",
    plausible=(0, 100),
    references=(OWN,),
)

CALLS_ANSWERED = Indicator(
    id="citizen_service.calls_answered_in_2_minutes",
    title={
        "da": "Opkald besvaret inden for 2 minutter",
        "en": "Calls answered within 2 minutes",
        "nb": "Anrop besvart innen 2 minutter",
    },
    description={
        "da": "Andelen af alle opkald i køen, der blev besvaret inden for 2 minutter. Den, der lægger på, før der bliver "
        "svaret, også straks, tæller som ikke besvaret.",
        "en": "Share of all calls offered that were answered within 2 minutes. Who hangs up before an answer, also at once, "
        "counts as not answered.",
        "nb": "Andelen av alle anrop i køen som ble besvart innen 2 minutter. Den som legger på før svar, også straks, teller "
        "som ikke besvart.",
    },
    counted={"da": "opkald", "en": "calls", "nb": "anrop"},
    dataset=CALLS,
    measure=Share("coalesce(minutes_between(offered_at, answered_at) <= 2, false)"),
    breakdowns=(("queue",),),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    perspective="user",
    # A call names nobody.
    disclosure="process",
    plausible=(0, 100),
    references=(OWN,),
)

DATASETS = (QUEUE, CALLS)
INDICATORS = (QUEUE_MEDIAN, QUEUE_P90, QUEUE_WITHIN_15, CALLS_ANSWERED)
