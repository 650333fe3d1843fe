"""What a person types on the command line, as the codes that klaremal stores."""

from __future__ import annotations

import click


def period_code(text: str) -> str:
    """Return the one spelling of a period; a usage error says what is accepted."""
    from klaremal.errors import DeclarationError
    from klaremal.model.period import Period

    try:
        return Period.parse(text).code
    except DeclarationError as error:
        raise click.UsageError(f"--period: {str(error).removeprefix('Period: ')}") from error
