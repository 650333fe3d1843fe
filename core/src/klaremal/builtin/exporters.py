"""Core's exporters: CSV, also as Excel wants it, JSON and Parquet; figures keep every digit, missing ones are empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from klaremal.model.exporter import Exporter

if TYPE_CHECKING:
    import pandas as pd


def _csv(frame: pd.DataFrame) -> str:
    # Line ends are those of the system, which whoever writes the text puts in.
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text


def _csv_excel(frame: pd.DataFrame, path: Path) -> None:
    text: str = frame.to_csv(index=False, sep=";", decimal=",", lineterminator="\n")
    # Excel reads UTF-8 by the mark before it, and without one it spoils every æ, ø and å.
    path.write_text(text, "utf-8-sig", newline="\r\n")


def _json(frame: pd.DataFrame) -> str:
    plain = frame.astype(object).where(frame.notna(), None)
    return json.dumps(plain.to_dict("records"), ensure_ascii=False, indent=1, default=str) + "\n"


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    from klaremal.engine import Engine, text

    # Categories would be written as the engine's enumerations; others read plain text.
    plain = frame.astype({column: object for column in frame.columns if frame[column].dtype == "category"})
    with Engine.open(allowed=(path.parent.absolute(),)) as engine:
        engine.register("table_to_write", plain)
        engine.query(f"copy table_to_write to {text(path.absolute().as_posix())} (format parquet)", f"write {path.name}")


CSV = Exporter(
    name="csv",
    suffix=".csv",
    title={
        "da": "CSV: komma mellem felter, decimalpunktum, UTF-8",
        "en": "CSV: commas between fields, decimal points, UTF-8",
        "nb": "CSV: komma mellom felter, desimalpunktum, UTF-8",
    },
    text=_csv,
)
CSV_EXCEL = Exporter(
    name="csv_excel",
    suffix=".csv",
    title={
        "da": "CSV, som et dansk eller norsk Excel åbner ved dobbeltklik",
        "en": "CSV as a Danish or Norwegian Excel opens it by a double click",
        "nb": "CSV som et dansk eller norsk Excel åpner ved dobbeltklikk",
    },
    write=_csv_excel,
)
JSON = Exporter(
    name="json",
    suffix=".json",
    title={"da": "JSON: en liste af poster", "en": "JSON: a list of records", "nb": "JSON: en liste av poster"},
    text=_json,
)
PARQUET = Exporter(
    name="parquet",
    suffix=".parquet",
    title={"da": "Parquet-fil", "en": "Parquet file", "nb": "Parquet-fil"},
    write=_parquet,
)
EXPORTERS = (CSV, CSV_EXCEL, JSON, PARQUET)
