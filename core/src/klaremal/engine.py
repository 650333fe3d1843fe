"""The embedded engine (DuckDB) as a resource: logged queries, registered frames, limits; it knows no dataset and no measure."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from klaremal.errors import Fault, KlaremalError, SourceUnavailable, SourceUnreadable, WorkspaceError

if TYPE_CHECKING:
    import duckdb
    import pandas

R = TypeVar("R")

# Times with an offset ("...Z") become clock time in the Nordic municipalities, whatever the machine is set to.
TIME_ZONE = "Europe/Copenhagen"

# Seconds; no run takes a day.
_ABANDONED_AFTER = 24 * 60 * 60
# On Windows a wait is not ended by Ctrl-C, so it is cut into pieces.
_LISTEN_SECONDS = 0.2
# What is taken out of the engine's messages: the line of the file and cells, advice, and the place in a statement of ours.
_NOT_FOR_PEOPLE = (
    (r"Original Line:.*?(?=\n(Expected Number|Value with|Invalid unicode|Error when|Maximum line)|\Z)", ""),
    (r"(?<=string )('.*?'|\".*?\")(?= (to|can))", "of a cell"),
    (r"\n *(Possible fixes|Possible Solution|Possible solutions|file =|LINE 1:).*", ""),
)


class Statement(NamedTuple):
    """One statement that the engine ran: what for, its SQL, and how long it took in seconds."""

    purpose: str
    sql: str
    seconds: float


def text(value: str) -> str:
    """Write a value as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Write a name as a quoted SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


class Engine:
    """One DuckDB connection with a memory limit, that spills to disk and reaches no file but those it was allowed.

    It works in one thread of its own, so that the caller's can be interrupted.
    Use it as a context manager: its scratch folder (streamed and spilled data, which may be personal) is removed at the end.
    """

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path, version: str) -> None:
        self._connection = connection
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="klaremal-engine")
        self._numbers = 0
        self.scratch = scratch
        self.version = version
        self.log: list[Statement] = []

    @classmethod
    def open(
        cls, folder: Path | None = None, memory: str = "1GB", threads: int | None = None, allowed: Iterable[Path] = ()
    ) -> Engine:
        """Open an engine whose state folder (`.klaremal`) is `folder`; None: a temporary one.

        It reads the `allowed` files and folders, keeps components and scratch data in the state folder, and reaches nothing
        else, not even in SQL that came with a workspace. `threads` None means one per processor.
        """
        import duckdb

        scratch = _scratch(folder)
        own = [scratch] if folder is None else [scratch, folder / "components"]
        try:
            connection = _connected(scratch, memory, threads, [*own, *allowed], own)
        except BaseException:
            # Ctrl-C just here, say: what was begun is not left behind.
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        return cls(connection, scratch, f"duckdb {duckdb.__version__}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove the scratch folder with all that was streamed or spilled to it."""
        self._worker.shutdown()
        self._connection.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def query(self, sql: str, purpose: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; for rows of data in bulk use `frame`.

        Errors: SourceUnavailable and SourceUnreadable when a file is at fault, KlaremalError when memory or the SQL is.
        """
        return self._run(sql, purpose, lambda: self._connection.execute(sql).fetchall())

    def frame(self, sql: str, purpose: str) -> pandas.DataFrame:
        """Run one statement and return its rows as a pandas frame."""
        return self._run(sql, purpose, lambda: self._connection.execute(sql).df())

    def columns(self, sql: str, purpose: str) -> dict[str, str]:
        """Return the columns of a query or relation with the engine's types; no row is read."""
        return {row[0]: row[1] for row in self.query(f"describe {sql}", purpose)}

    def register(self, relation: str, frame: pandas.DataFrame) -> None:
        """Make a pandas frame queryable under a name; its index is left out and its content is not copied."""
        self._run(f"register {relation}", "register a frame", lambda: self._connection.register(relation, frame))

    def fresh(self, word: str) -> str:
        """Return a name for a table or view that is not in use yet."""
        self._numbers += 1
        return f"{word}_{self._numbers}"

    def _run(self, sql: str, purpose: str, work: Callable[[], R]) -> R:
        import duckdb

        started = time.perf_counter()
        try:
            return self._waited_for(self._worker.submit(work))
        except duckdb.Error as error:
            raise _in_words(error, purpose) from error
        finally:
            self.log.append(Statement(purpose, sql, time.perf_counter() - started))

    def _waited_for(self, work: Future[R]) -> R:
        """Wait for the thread that works, so that Ctrl-C is heard at once: the engine itself listens only now and then."""
        while True:
            try:
                return work.result(timeout=_LISTEN_SECONDS)
            except TimeoutError:
                if work.done():
                    raise
            except KeyboardInterrupt:
                self._connection.interrupt()
                wait([work])
                raise


def _connected(
    scratch: Path, memory: str, threads: int | None, allowed: Iterable[Path], folders: Iterable[Path]
) -> duckdb.DuckDBPyConnection:
    """Return a connection that reaches the allowed files and folders and nothing else; `folders` need not be there yet."""
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(scratch),
        # Many small tables leave more behind than they hold, unless it is given back after each.
        "allocator_flush_threshold": "8MB",
        "allocator_bulk_deallocation_flush_threshold": "8MB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(":memory:", config=settings)
    sure = set(folders)
    given = [(_written(path), path in sure or path.is_dir()) for path in allowed]
    for statement in (
        f"set TimeZone={text(TIME_ZONE)}",
        f"set allowed_directories=[{', '.join(text(f'{path}/') for path, is_folder in given if is_folder)}]",
        f"set allowed_paths=[{', '.join(text(path) for path, is_folder in given if not is_folder)}]",
        "set enable_external_access=false",
        "set lock_configuration=true",
    ):
        connection.execute(statement)
    return connection


def _scratch(folder: Path | None) -> Path:
    """Make a new folder for spilled and streamed data; each process has its own."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="klaremal-")).resolve()
    try:
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder / "tmp")
        return Path(tempfile.mkdtemp(dir=folder / "tmp")).resolve()
    except OSError as error:
        cure = "Give yourself the right to write there, or copy the workspace to a folder of your own."
        raise WorkspaceError([Fault(str(folder), f"klaremal cannot keep its state there: {error.strerror}.", cure)]) from error


def _remove_abandoned(scratches: Path) -> None:
    """Remove what a killed run or a power cut left behind a day ago or more: it may be about persons."""
    for each in scratches.iterdir():
        if each.is_dir() and time.time() - each.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(each, ignore_errors=True)


def _written(path: Path) -> str:
    """Write a path as the engine compares it: absolute, with forward slashes."""
    return path.resolve().as_posix()


def _in_words(error: Exception, purpose: str) -> KlaremalError:
    """Turn an error of the engine into one of ours, by whose fault it is."""
    import duckdb

    said = _without_cells(str(error))
    if isinstance(error, duckdb.OutOfMemoryException):
        return KlaremalError(
            f"{purpose}: the work does not fit into the engine's memory limit and the disk has no room for the rest. "
            f"Free some disk space, or give the engine more memory. ({said})"
        )
    if isinstance(error, duckdb.PermissionException):
        return SourceUnavailable(
            f"{purpose}: only the files of the source can be read here. Name every file in the source's `files`. ({said})"
        )
    if isinstance(error, duckdb.IOException):
        return SourceUnavailable(f"{purpose}: a file cannot be read or written. ({said})")
    if isinstance(error, (duckdb.InvalidInputException, duckdb.DataError)) or type(error) is duckdb.Error:
        return SourceUnreadable(f"{purpose}: {said}")
    return KlaremalError(f"{purpose}: {said}")


def _without_cells(said: str) -> str:
    """Keep what went wrong; leave out cells, which may be personal, and the engine's advice about its own options."""
    for pattern, instead in _NOT_FOR_PEOPLE:
        said = re.sub(pattern, instead, said, flags=re.DOTALL)
    return "; ".join(line.strip() for line in said.splitlines() if line.strip())
