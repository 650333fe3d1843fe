"""What every test of core gets: two Hypothesis profiles, and a guard that no test leaves traces in the process."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples on every call, so that a red test is the change's doing; `--hypothesis-profile=full` explores.
settings.register_profile("fast", max_examples=16, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=500, deadline=None)
settings.load_profile("fast")

# What is compiled once is kept even where the environment says otherwise (containers do): pytest's rewritten tests for the
# next call, and core for the dozens of fresh Pythons that these tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays until the end, thousands of tests: a tenth of the whole time.

    It looks as seldom as it does on the command line.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_sessionfinish() -> None:
    """Give it all back, so that what is left over at the end is found."""
    gc.unfreeze()


def environment() -> dict[str, str]:
    """Return the environment variables, without the one in which pytest itself names the running test."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def log_handlers() -> dict[str, list[logging.Handler]]:
    """Return the handlers of every logger, without pytest's own and those with which libraries say nothing."""
    known = logging.Logger.manager.loggerDict
    loggers = [logging.getLogger(), *(known[name] for name in sorted(known))]
    kept = {
        logger.name: [
            handler
            for handler in logger.handlers
            if not isinstance(handler, logging.NullHandler) and not type(handler).__module__.startswith("_pytest.")
        ]
        for logger in loggers
        if isinstance(logger, logging.Logger)
    }
    return {name: handlers for name, handlers in kept.items() if handlers}


@pytest.fixture(autouse=True)
def _no_traces() -> Iterator[None]:
    """Fail the test that leaves environment variables or log handlers changed, and undo it for the tests after it."""
    variables, handlers = environment(), log_handlers()
    yield
    variables_now, handlers_now = environment(), log_handlers()
    changed = sorted(name for name, _ in variables.items() ^ variables_now.items())
    for name in changed:
        if name in variables:
            os.environ[name] = variables[name]
        else:
            del os.environ[name]
    for name, left in handlers_now.items():
        for handler in left:
            if handler not in handlers.get(name, []):
                logging.getLogger(name if name != "root" else None).removeHandler(handler)
    assert not changed, f"the test left these environment variables changed: {', '.join(changed)}"
    assert handlers_now == handlers, "the test left the handlers of a logger changed"
