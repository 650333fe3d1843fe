"""The rows that schools need: the overview per school, absence and well-being, test results, and those of pupils."""

from __future__ import annotations

from klaremal import Column, Dataset, Reference
from klaremal_schools import high_absence
from klaremal_schools.columns import MUNICIPALITY, SCHOOL_CODE, SCHOOL_NAME, SCHOOL_YEAR

# The statistics leave a figure out for discretion, or because a school has no such classes; the two cannot be told apart.
NOT_PUBLISHED = {"-": "no_data", "..": "no_data", "*": "confidential"}

OVERVIEW = Dataset(
    id="schools.overview",
    title={"da": "Skoleoverblik pr. skole", "en": "Overview per school", "nb": "Skoleoversikt per skole"},
    grain={
        "da": "én række pr. skole og skoleår",
        "en": "one row per school and school year",
        "nb": "én rad per skole og skoleår",
    },
    columns=(
        SCHOOL_CODE,
        SCHOOL_NAME,
        Column(
            "school_type",
            "string",
            {"da": "Skoletype", "en": "Type of school", "nb": "Skoletype"},
            required=True,
            enum={
                "folkeskole": {"da": "Folkeskole", "en": "Municipal school", "nb": "Offentlig grunnskole"},
                "privat": {"da": "Fri- og privatskole", "en": "Private school", "nb": "Privatskole"},
                "efterskole": {"da": "Efterskole", "en": "Boarding school", "nb": "Internatskole"},
                "anden": {"da": "Anden skole", "en": "Other school", "nb": "Annen skole"},
            },
            also=("Institutionstype", "Skoletype"),
        ),
        MUNICIPALITY,
        SCHOOL_YEAR,
        Column(
            "pupils",
            "integer",
            {"da": "Elever", "en": "Pupils", "nb": "Elever"},
            minimum=0,
            missing=NOT_PUBLISHED,
            also=("Antal elever",),
        ),
        Column(
            "class_size",
            "number",
            {"da": "Klassekvotient", "en": "Pupils per class", "nb": "Elever per klasse"},
            minimum=0,
            maximum=60,
            missing=NOT_PUBLISHED,
            also=("Klassekvotient",),
        ),
        Column(
            "absence",
            "number",
            {"da": "Samlet elevfravær, %", "en": "Pupil absence, %", "nb": "Elevfravær, %"},
            minimum=0,
            maximum=100,
            missing=NOT_PUBLISHED,
            also=("Samlet elevfravær", "Elevfravær"),
        ),
        Column(
            "grade_average",
            "number",
            {"da": "Karaktergennemsnit", "en": "Grade average", "nb": "Karaktersnitt"},
            minimum=-3,
            maximum=12,
            missing=NOT_PUBLISHED,
            also=("Karaktergennemsnit",),
        ),
        Column(
            "competence_coverage",
            "number",
            {"da": "Kompetencedækning, %", "en": "Competence coverage, %", "nb": "Kompetansedekning, %"},
            minimum=0,
            maximum=100,
            missing=NOT_PUBLISHED,
            also=("Kompetencedækning",),
        ),
        Column(
            "wellbeing",
            "number",
            {"da": "Generel trivsel, 1-5", "en": "General well-being, 1-5", "nb": "Generell trivsel, 1-5"},
            minimum=1,
            maximum=5,
            missing=NOT_PUBLISHED,
            also=("Generel trivsel",),
        ),
    ),
    placed_in="school_code",
    level="institution",
    dated_by="school_year",
    frequency="school_year",
    key=("school_code", "school_year"),
    references=(Reference("Uddannelsesstatistik.dk, Grundskole, Skoleoverblik (Børne- og Undervisningsministeriet, STIL)"),),
)

MUNICIPALITIES = Dataset(
    id="schools.municipalities",
    title={
        "da": "Fravær og trivsel pr. kommune",
        "en": "Absence and well-being per municipality",
        "nb": "Fravær og trivsel per kommune",
    },
    grain={
        "da": "én række pr. kommune, klassetrin og skoleår",
        "en": "one row per municipality, stage and school year",
        "nb": "én rad per kommune, trinn og skoleår",
    },
    columns=(
        MUNICIPALITY,
        Column(
            "stage",
            "string",
            {"da": "Klassetrin", "en": "Stage", "nb": "Trinn"},
            required=True,
            enum={
                "indskoling": {"da": "Indskoling (0.-3. klasse)", "en": "Years 0-3", "nb": "Småtrinn"},
                "mellemtrin": {"da": "Mellemtrin (4.-6. klasse)", "en": "Years 4-6", "nb": "Mellomtrinn"},
                "udskoling": {"da": "Udskoling (7.-9. klasse)", "en": "Years 7-9", "nb": "Ungdomstrinn"},
            },
            also=("Klassetrin", "klassetrin", "Klassetringruppe"),
        ),
        SCHOOL_YEAR,
        Column(
            "absence",
            "number",
            {"da": "Elevfravær, %", "en": "Pupil absence, %", "nb": "Elevfravær, %"},
            minimum=0,
            maximum=100,
            missing=NOT_PUBLISHED,
            also=("Elevfravær", "Fravær", "fravaer_pct"),
        ),
        Column(
            "wellbeing",
            "number",
            {"da": "Generel trivsel, 1-5", "en": "General well-being, 1-5", "nb": "Generell trivsel, 1-5"},
            minimum=1,
            maximum=5,
            missing=NOT_PUBLISHED,
            also=("Generel trivsel", "trivsel_score"),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="school_year",
    frequency="school_year",
    key=("municipality", "stage", "school_year"),
    references=(
        Reference("Uddannelsesstatistik.dk, ELEVFRAV/FRAVAAR and TRIV/TRIVIND (Børne- og Undervisningsministeriet, STIL)"),
    ),
)

TEST_RESULTS = Dataset(
    id="schools.test_results",
    title={
        "da": "Resultater af de obligatoriske test",
        "en": "Results of the compulsory tests",
        "nb": "Resultater av de obligatoriske prøvene",
    },
    grain={
        "da": "én række pr. kommune, profilområde og skoleår",
        "en": "one row per municipality, subject and school year",
        "nb": "én rad per kommune, fag og skoleår",
    },
    columns=(
        MUNICIPALITY,
        Column(
            "subject",
            "string",
            {"da": "Fag", "en": "Subject", "nb": "Fag"},
            required=True,
            enum={
                "dansk": {"da": "Dansk, læsning", "en": "Danish, reading", "nb": "Dansk, lesing"},
                "matematik": {"da": "Matematik", "en": "Mathematics", "nb": "Matematikk"},
            },
            also=("Fag",),
        ),
        SCHOOL_YEAR,
        Column(
            "good",
            "integer",
            {"da": "Gode resultater", "en": "Pupils at good or better", "nb": "Gode resultater"},
            minimum=0,
            also=("Gode",),
        ),
        Column(
            "tested",
            "integer",
            {"da": "Testede elever", "en": "Pupils tested", "nb": "Elever prøvd"},
            minimum=0,
            also=("Testede",),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="school_year",
    frequency="school_year",
    key=("municipality", "subject", "school_year"),
    references=(Reference("Folkeskoleloven § 13 a og § 55 b: kun landsresultater offentliggøres"),),
)

DATASETS = (OVERVIEW, MUNICIPALITIES, TEST_RESULTS, *high_absence.DATASETS)
