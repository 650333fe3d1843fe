"""How figures are written: decimal sign and groups of thousands, declared or found from what a column holds; never guessed."""

from __future__ import annotations

from attrs import frozen

from klaremal.engine import text
from klaremal.errors import DeclarationError

# Blanks that people and spreadsheets put between thousands, the minus sign of typesetters and the curly apostrophe.
_FANCY, _PLAIN = "\u00a0\u2009\u202f\u2212\u2019", "   -'"
_SIGN = "[-+]?"
_BEFORE, _AFTER = "[-+\u2212]?", "[ \u00a0\u202f]*%?"
_BLANK = "[ '\u00a0\u2009\u202f\u2019]"
_NATIVE = "[-+]?[0-9]+([.][0-9]+)?[eE][-+]?[0-9]+"
_GROUP = "[1-9][0-9]{0,2}"


@frozen(kw_only=True)
class NumberStyle:
    """How the figures of a column are written.

    `decimal` is "," or "." (None: whole numbers only), `thousands` one sign or none. `untidy` says that other signs than
    digits, points, commas and minus occur: blanks, percent signs, exponents.
    """

    decimal: str | None = None
    thousands: str = ""
    untidy: bool = True


@frozen(kw_only=True)
class Signs:
    """What a column's figures show: how many prove a decimal point, how many a decimal comma, and of how many cells.

    `any` says that points or commas occur at all, `either` that some can be read in two ways (2.351).
    """

    point: int = 0
    comma: int = 0
    total: int = 0
    any: bool = False
    either: bool = False
    untidy: bool = False


def signs_of(value: str, whole: bool) -> str:
    """Write the aggregates that `Signs` is made of (all but `either`), in its order, for a column of texts.

    `whole` says that the column holds whole numbers: 12.345 then can only be twelve thousand.
    """
    has = f"(contains({value}, '.') or contains({value}, ','))"
    proofs = [_proof(".", ",", whole), _proof(",", ".", whole)]
    counts = ", ".join(f"count_if({has} and regexp_full_match({value}, {text(proof)}))" for proof in proofs)
    return f"{counts}, count({value}), bool_or({has}), {untidy_of(value)}"


def untidy_of(value: str) -> str:
    """Write the aggregate that says whether other signs than digits, points, commas and minus occur in a column."""
    return f"bool_or(regexp_matches({value}, '[^0-9.,-]'))"


def either_of(value: str) -> str:
    """Write the aggregate that says whether some figure of a column can be read in two ways."""
    return f"bool_or(regexp_full_match({value}, {text(f'{_BEFORE}{_GROUP}[.,][0-9]{{3}}{_AFTER}')}))"


def _proof(decimal: str, group: str, whole: bool) -> str:
    """Return the pattern of figures that only make sense when `decimal` is the decimal sign (and `group` is not)."""
    shapes = [
        f"[0-9]+[{decimal}][0-9]{{0,2}}",
        f"[0-9]*[{decimal}]([0-9]{{1,2}}|[0-9]{{4,}})",
        f"(0|[0-9]{{4,}})[{decimal}][0-9]{{3}}",
        f"{_GROUP}([{group}][0-9]{{3}})+[{decimal}][0-9]+",
        f"{_GROUP}([{group}][0-9]{{3}}){{2,}}",
        f"{_GROUP}({_BLANK}[0-9]{{3}})+[{decimal}][0-9]+",
    ]
    if whole:
        # Three decimals that are not all zero would be no whole number: they are a group of thousands.
        shapes.append(f"{_GROUP}[{group}](00[1-9]|0[1-9][0-9]|[1-9][0-9][0-9])")
    return f"{_BEFORE}({'|'.join(shapes)}){_AFTER}"


def found_style(signs: Signs, decimal: str | None, thousands: str | None, allowed: float) -> NumberStyle:
    """Return the style of a column; what is declared decides, else what its figures prove.

    `allowed` is the share of cells that may be written in another way (they become unreadable). DeclarationError, as half a
    sentence, when the figures can be read in two ways.
    """
    if decimal is None and thousands in (",", "."):
        decimal = "," if thousands == "." else "."
    if decimal is not None:
        other = "." if decimal == "," else ","
        return NumberStyle(decimal=decimal, thousands=other if thousands is None else thousands, untidy=signs.untidy)
    if signs.point and signs.comma:
        if min(signs.point, signs.comma) > allowed * signs.total:
            raise DeclarationError("both decimal commas and decimal points")
        # The few become unreadable, and beside them no sign is taken for a thousands sign.
        return NumberStyle(decimal="," if signs.comma > signs.point else ".", thousands=thousands or "", untidy=signs.untidy)
    if not signs.point and not signs.comma and signs.either:
        raise DeclarationError("figures that can be read in two ways")
    sign = "," if signs.comma else "." if signs.point else None
    groups = {",": ".", ".": ",", None: ""}[sign] if thousands is None else thousands
    return NumberStyle(decimal=sign, thousands=groups, untidy=signs.untidy)


def clean_number(value: str, style: NumberStyle) -> str:
    """Write SQL that turns a text into a number's plain text ("1.234,5 %" into 1234.5); null when it has another style."""
    plain = value
    if style.untidy:
        plain = f"regexp_replace(translate({value}, {text(_FANCY)}, {text(_PLAIN)}), ' *%$', '')"
    digits, clean = "[0-9]+", plain
    groups = {style.thousands, *(" '" if style.untidy else "")} - {""}
    if groups:
        digits = f"([0-9]+|{_GROUP}([{''.join(sorted(groups))}][0-9]{{3}})+)"
        for sign in sorted(groups):
            clean = f"replace({clean}, {text(sign)}, '')"
    if style.decimal is not None:
        sign = "[.]" if style.decimal == "." else ","
        digits = f"({digits}({sign}[0-9]*)?|{sign}[0-9]+)"
        clean = clean if style.decimal == "." else f"replace({clean}, ',', '.')"
    found = f"when regexp_full_match({plain}, {text(_SIGN + digits)}) then {clean}"
    native = f"when regexp_full_match({value}, {text(_NATIVE)}) then {value}" if style.untidy else ""
    return f"case {native} {found} end"
