"""What each key of klaremal.toml and of goal files is for, in a sentence that an editor shows; the types are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from klaremal.workspace.shape import (
    CalendarShape,
    DecisionShape,
    GoalFileShape,
    GoalShape,
    OrganisationShape,
    OverrideShape,
    ReleaseShape,
    SourceShape,
    StatutoryShape,
    UnitsFromShape,
    UnitsShape,
    WorkspaceShape,
)

_WORKSPACE = {
    "plugins": "Which plugins may speak: installed ones by name (klaremal plugins), and files of the workspace (own.toml).",
    "organisation": "Whose workspace it is.",
    "goals": "Goal files, relative to this file; * stands for any name. A pattern that is written must match a file.",
    "languages": "The languages of answers and pages; the first one is the default.",
    "ledger": "Where results are kept: a file, or postgresql://user@host/database (the password in ~/.pgpass or PGPASSWORD).",
    "units": "Where units come from: nation, regions, municipalities, districts, institutions.",
    "calendar": "Days that are no working days.",
    "sources": "Where the rows of each dataset come from.",
    "indicators": "Changes to indicators of plugins, each with a reason.",
    "statutory": "Goals that follow from law and do not apply here.",
    "release": "Decisions to publish a revision by few persons, which is held otherwise.",
}
_ORGANISATION = {
    "name": "The name as people know it.",
    "unit": "Your own unit, by code or name in quotes. Rows that name no unit belong to it.",
}
_UNITS = {
    "set": "A set of units that comes with klaremal or a plugin. dk, the default without a file, is Denmark, with its changes.",
    "file": "Your own districts and institutions: code, name, level, parent, valid_from, valid_to, aliases.",
    "from": "Units that the rows of a dataset name, such as schools.",
}
_UNITS_FROM = {
    "code": "The column with the unit's code.",
    "name": "The column with the unit's name.",
    "parent": "The column with the unit above it; where it is empty, that is your own unit.",
    "level": "The level of these units.",
    "where": "Only rows for which this holds, as a formula.",
}
_CALENDAR = {
    "country": "The country whose holidays hold; without it that of the set of units.",
    "closed": 'Days on which you are closed besides public holidays: "12-24" every year, or "2026-05-15".',
}
_STATUTORY = {"off": "Statutory goals that are switched off, each with the reason."}
_SOURCE = {
    "collector": "What reads the source: csv, excel, parquet, json, or one that a plugin brings for a known system.",
    "files": "One file or several, relative to this file, with / between folders; * stands for any name.",
    "complete_from": "The first day that the rows cover: periods that begin before it are not judged.",
    "complete_until": 'The last whole day that the rows cover: a date, "end_of_last_month", "file_date" (the day before the '
    'newest file was written) or "newest:decided_on" (the newest date of a column).',
    "columns": "klaremal's column = the header in your file.",
    "values": "For a column: your value = klaremal's value.",
    "missing": "Marks for a figure that is missing, or mark = cause.",
    "constants": "The value of a column that your file lacks.",
    "wide_to_long": "One column per year becomes one row per year: the headers to keep, and the names of the two new columns.",
    "sql": "One query over the relation source, for what the other keys cannot say.",
    "decimal": "The decimal sign of your figures; found by itself when it is not ambiguous.",
    "thousands": "The sign between thousands.",
    "dates": 'How dates are written, such as "dd-mm-yyyy"; found by itself when it is not ambiguous.',
}
_OVERRIDE = {
    "reason": "Why the indicator is changed; it is shown with the figures.",
    "minimum_count": "The smallest number of people or cases for which a figure is shown.",
    "minimum_coverage": "Percent of those the promise is about who must have been measured.",
    "noticeable": "The smallest change that is called one.",
    "decimals": "How many decimals are shown.",
    "plausible": "The lowest and the highest value that can be true; others are called implausible.",
    "levels": "The levels that it is measured for.",
    "frequency": "The finest period that it is measured for.",
    "publication": "Internal figures are shown by klaremal run and kept out of klaremal export; they cannot be made public.",
    "disclosure": "What small numbers give away: a fault of yours (process), something of persons, or nothing (published).",
    "homogeneous": '"hide" hides 0 and 100 percent too, "show" does not.',
    "counted_when": "Which cases with a deadline (OnTime) count in a period: those that were due, decided or opened in it.",
}
_RELEASE = {
    "indicator": "The indicator whose revision is published.",
    "unit": "The units, by code or name.",
    "period": 'The periods, "2026" or "2026M05".',
    "breakdown": 'The value of a breakdown, "sex=K"; without it the figure of all.',
    "by": "Who decided it, by name.",
    "date": "When it was decided.",
    "reason": "Why it may be known by how few persons the figures differ; it is kept with the run.",
}
_GOAL_FILE = {
    "defaults": "What holds for every goal of the file that does not say otherwise.",
    "goal": "The goals by id; an id is a-z, 0-9 and _, and never changes.",
}
_DECISION = {
    "body": "Who decided it.",
    "date": "When it was decided.",
    "case": "The case number.",
    "text": "What was decided, in its own words.",
    "link": "Where the decision can be read.",
}
_GOAL = {
    "title": "A few words.",
    "promise": "The sentence for the citizen.",
    "valid_from": "The first day on which the goal holds.",
    "valid_to": "The last day on which it holds.",
    "indicator": "What is measured (klaremal indicators).",
    "threshold": "A level of a law, an agreement or a recommendation, taken as the target.",
    "at_least": "The target: this much or more, or a file with the columns unit, period and value.",
    "at_most": "The target: this much or less, or a file with the columns unit, period and value.",
    "between": "The target: from the first to the second number.",
    "path": "The target year by year, { 2026 = 60, 2029 = 66 }: a straight line between the points given.",
    "shape": 'How a path goes from point to point: "linear" or "steps".',
    "change": "The target: so much more (or less) for every year since an earlier value, { by = 1.5, since = 2025 }.",
    "relative": 'The target: the value of others in the same period, { to = "nation", offset = 0.5 }.',
    "done": 'Something to be done by a day instead of a figure, { by = 2027-12-31, status = "not_yet" }.',
    "within": 'The deadline that is part of the promise: "10 working days", or one for each value of a column.',
    "by": "The period in which the target must be reached; until then the goal only has a course.",
    "breakdown": 'The part that the goal is about: "sex=K", or "sex" for each of its values.',
    "summary": 'How the units make one status for your own: "all", "worst", { worst = 90 } or { share = 90 }.',
    "rule": "A rule of a plugin that judges instead of comparing each figure with the target.",
    "tolerance": 'How much short of the target is "partly fulfilled", in the indicator\'s unit of measurement; none on a law.',
    "frequency": "The periods that are judged; not finer than the indicator's.",
    "units": 'Levels, names or codes of the units that the goal holds for, groups of them, or { under = "Distrikt Nord", '
    'level = "institution" }; without it, your own unit.',
    "targets": "Another value of the target for single units or groups; a unit's own goes before its group's.",
    "decision": "Where it was decided: body, date, case, text, link. Without one the run warns.",
    "owner": "Who answers for it.",
    "parent": "The goal that this one helps to reach.",
    "consequence": "What the citizen gets when the promise is broken.",
    "supersedes": "The id of a goal that this one replaces; it ends the day before this one begins.",
    "minimum_coverage": "Percent of those the promise is about who must have been measured, for this goal.",
}

WORDS: Mapping[type, Mapping[str, str]] = MappingProxyType(
    {
        WorkspaceShape: _WORKSPACE,
        OrganisationShape: _ORGANISATION,
        UnitsShape: _UNITS,
        UnitsFromShape: _UNITS_FROM,
        CalendarShape: _CALENDAR,
        StatutoryShape: _STATUTORY,
        SourceShape: _SOURCE,
        OverrideShape: _OVERRIDE,
        ReleaseShape: _RELEASE,
        GoalFileShape: _GOAL_FILE,
        DecisionShape: _DECISION,
        GoalShape: _GOAL,
    }
)
