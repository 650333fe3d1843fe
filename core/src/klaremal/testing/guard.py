"""A network guard: while it stands, nothing in this process reaches another machine; the machine itself it may reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

# What Python tells of before it happens, and which of its arguments is the address.
_ASKING: Final[Mapping[str, int]] = MappingProxyType(
    {"connect": 1, "getaddrinfo": 0, "gethostbyname": 0, "sendmsg": 1, "sendto": 1}
)
_OWN: Final = ("", "localhost", "::", "::1", "0.0.0.0")


class NetworkForbidden(ConnectionRefusedError):
    """Code under the guard asked for an address of another machine."""


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse every connection and look-up of a name, but those of this machine, as NetworkForbidden while the block runs.

    The block is given a list, in which stands what was asked for: also by code that keeps the refusal to itself.
    """
    stands = [True]
    refused: list[str] = []

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        what = event.removeprefix("socket.")
        if stands and event.startswith("socket.") and what in _ASKING and not _is_own(arguments[_ASKING[what]]):
            asked = f"{what} of {arguments[_ASKING[what]]!r}"
            refused.append(asked)
            raise NetworkForbidden(f"nothing may ask the network here ({asked}). Read a file, or an answer kept in one.")

    # Python has no way to take such a hook off again: it stays, and looks at nothing.
    sys.addaudithook(look)
    try:
        yield refused
    finally:
        stands.clear()


def _is_own(address: Any) -> bool:
    """Say whether an address is of this machine: a path, a loopback number or its name."""
    host = address[0] if isinstance(address, tuple) else address
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    return text in _OWN or text.startswith(("127.", "/"))
