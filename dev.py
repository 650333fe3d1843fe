"""Everything a developer runs, with nothing but Python: ``python dev.py demo | test | check | docs | lock | bench``.

The first call makes ``.venv`` (with uv when it is on PATH, else with pip) and installs the five packages into it, with
the pins of constraints.txt; later calls start at once. Arguments after the command are handed on.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

# Written so that a Python as old as 3.6 gets as far as this line (no := and no __future__ in this file).
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("klaremal needs Python 3.11 or newer; this is {}.{} ({}).".format(*sys.version_info[:2], sys.executable))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CHECK = ROOT / ".venv-check"
REQUIREMENTS = ROOT / "requirements-dev.txt"
CONSTRAINTS = ROOT / "constraints.txt"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
PACKAGES = [ROOT / "core", *PLUGINS]


def program(venv: Path, name: str) -> str:
    """Return the path of a program in an environment, on Windows too."""
    return str(venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name)


def run(*command: str | Path, folder: Path = ROOT) -> int:
    """Run a command in `folder` and return its exit code."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode


def must(*command: str | Path, folder: Path = ROOT, otherwise: str = "") -> None:
    """Run a command in `folder`; when it fails, stop here and say which one it was."""
    code = run(*command, folder=folder)
    if code:
        line = " ".join(str(part) for part in command)
        sys.exit(f"\nThis failed with exit code {code}: {line}\n{otherwise}".rstrip())


def make(venv: Path) -> None:
    """Make an environment, or complete one that is there."""
    if not Path(program(venv, "python")).exists():
        shutil.rmtree(venv, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        if not venv.exists():
            must(uv, "venv", "--quiet", "--python", sys.executable, venv)
    else:
        cure = "On Debian and Ubuntu the package python3-venv is missing; elsewhere, install uv and try again."
        must(sys.executable, "-m", "venv", venv, otherwise=cure)


def install(venv: Path, *what: str | Path) -> None:
    """Install into an environment, with uv when it is there and with pip otherwise."""
    python = program(venv, "python")
    uv = shutil.which("uv")
    start = [uv, "pip", "install", "--quiet", "--python", python] if uv else [python, "-m", "pip", "install", "-qq"]
    cure = "If the network or the package registry did not answer, call again: it starts afresh."
    must(*start, *what, otherwise=cure)


def ready() -> None:
    """Bring `.venv` up to date unless its stamp says that it is."""
    files = [REQUIREMENTS, CONSTRAINTS, *(package / "pyproject.toml" for package in PACKAGES)]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    python = f"{sys.version_info.major}.{sys.version_info.minor} in {ROOT}\n"
    stamp = VENV / "klaremal-stamp.txt"
    found = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if found == python + digest:
        return
    if not found.startswith(python):
        shutil.rmtree(VENV, ignore_errors=True)  # of another Python, of a folder that was moved, or half made
    stamp.unlink(missing_ok=True)
    print("Setting up .venv (about a minute, only when something changed) ...", file=sys.stderr, flush=True)
    make(VENV)
    install(VENV, "-r", REQUIREMENTS)
    stamp.write_text(python + digest, encoding="utf-8")


def demo(arguments: list[str]) -> int:
    """Run the main job on real data: which goals of 98 municipalities are fulfilled, and why one of them is."""
    ready()
    example = Path("examples", "danmark")
    done = run(program(VENV, "klaremal"), "run", example, *arguments)
    if done or arguments:
        return done
    print("\nklaremal explain staffing_0_2 examples/danmark --unit Aarhus --period 2023", flush=True)
    return run(program(VENV, "klaremal"), "explain", "staffing_0_2", example, "--unit", "Aarhus", "--period", "2023")


def test(arguments: list[str]) -> int:
    """Run the tests of core and of all plugins, on all processors."""
    ready()
    return run(program(VENV, "python"), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments)


def check(arguments: list[str]) -> int:
    """Run everything that must be green, or only the named steps: style, types, floors, tests, wheels."""
    ready()
    steps: dict[str, Callable[[], int]] = {
        "style": partial(run, program(VENV, "ruff"), "check", "."),
        "types": partial(run, program(VENV, "mypy")),
        "floors": partial(run, program(VENV, "lint-imports")),
        "tests": partial(run, program(VENV, "python"), "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"),
        "wheels": build_wheels,
        **{f"wheels: {plugin.name} alone": partial(test_alone, plugin) for plugin in PLUGINS},
        "wheels: a new plugin": test_new_plugin,
    }
    failed = []
    for name, step in steps.items():
        if not arguments or name.partition(":")[0] in arguments:
            print(f"\n== {name} ==", flush=True)
            failed += [name] if step() else []
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall green")
    return 1 if failed else 0


def build_wheels() -> int:
    """Build the wheels of the five packages from their folders alone, as a registry would serve them."""
    shutil.rmtree(CHECK, ignore_errors=True)
    uv = shutil.which("uv")
    start = [uv, "build", "--quiet", "--wheel", "--out-dir"] if uv else [program(VENV, "python"), "-m", "pip"]
    start += [] if uv else ["wheel", "-qq", "--no-deps", "--wheel-dir"]
    codes = [run(*start, CHECK / "wheels", package) for package in PACKAGES]
    print(*sorted(path.name for path in CHECK.glob("wheels/*.whl")), sep="\n")
    return max(codes)


def test_alone(plugin: Path) -> int:
    """Run a plugin's tests where only core and that plugin are installed, from wheels and far from this folder."""
    core, own = (next(CHECK.glob(f"wheels/{name}-*.whl"), None) for name in ("klaremal", f"klaremal_{plugin.name}"))
    if core is None or own is None or not (plugin / "tests").is_dir():
        print(f"{plugin.name} has no wheel (see above) or no tests.")
        return 1
    venv = CHECK / plugin.name
    make(venv)
    install(venv, "-c", CONSTRAINTS, f"klaremal[testing] @ {core.as_uri()}", own)
    with tempfile.TemporaryDirectory() as elsewhere:
        shutil.copytree(plugin / "tests", Path(elsewhere, "tests"), ignore=shutil.ignore_patterns("__pycache__"))
        options = ["-q", "-W", "error", "--import-mode=importlib", "-p", "no:cacheprovider"]
        return run(program(venv, "python"), "-m", "pytest", *options, "tests", folder=Path(elsewhere))


def test_new_plugin() -> int:
    """Write a new plugin where only core is installed, from its wheel; install it, run its tests and its sample."""
    core = next(CHECK.glob("wheels/klaremal-*.whl"), None)
    if core is None:
        print("core has no wheel (see above).")
        return 1
    venv = CHECK / "new"
    make(venv)
    install(venv, "-c", CONSTRAINTS, f"klaremal[testing] @ {core.as_uri()}")
    klaremal = program(venv, "klaremal")
    with tempfile.TemporaryDirectory() as elsewhere:
        new = Path(elsewhere, "klaremal-parks")
        written = run(klaremal, "plugin", "new", "parks", new, folder=Path(elsewhere))
        if written:
            return written
        install(venv, "-c", CONSTRAINTS, "-e", f"{new}[test]", f"klaremal[testing] @ {core.as_uri()}")
        tests = run(program(venv, "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=new)
        return tests or run(klaremal, "run", "sample", folder=new)


def docs(arguments: list[str]) -> int:
    """Write the pages of the reference anew from the code; with --check, only say which are old."""
    ready()
    return run(program(VENV, "python"), Path("docs", "from_code"), *arguments)


def lock(arguments: list[str]) -> int:
    """Write constraints.txt anew: the newest versions that fit together, all of them, without addresses."""
    wanted = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if not line.startswith("-c")]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "venv")
        make(fresh)
        install(fresh, "--upgrade", *" ".join(wanted).split(), *arguments)
        uv = shutil.which("uv")
        start = [uv, "pip", "freeze", "--python"] if uv else []
        command = [*start, program(fresh, "python"), *([] if uv else ["-m", "pip", "freeze"]), "--exclude-editable"]
        found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    odd = [line for line in found if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)]
    if odd:
        sys.exit(f"These are no plain pins, so constraints.txt stays as it was: {', '.join(odd)}")
    split = (line.partition("==") for line in found)
    # One spelling of names, so that pip and uv write the same file; pip itself belongs to the environment.
    pins = sorted(re.sub(r"[-_.]+", "-", name).lower() + "==" + version for name, _, version in split if name != "pip")
    CONSTRAINTS.write_text("".join(f"{pin}\n" for pin in pins), encoding="utf-8", newline="\n")
    print(f"constraints.txt: {len(pins)} pins")
    return 0


def bench(arguments: list[str]) -> int:
    """Print the promises about speed as ratios, each beside what it is compared with."""
    ready()
    return run(program(VENV, "python"), "bench", *arguments)


COMMANDS = {"demo": demo, "test": test, "check": check, "docs": docs, "lock": lock, "bench": bench}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        lines = [f"  python dev.py {name:<6} {(command.__doc__ or '').strip()}" for name, command in COMMANDS.items()]
        sys.exit("\n".join(["One of these commands, please:", *lines]))
    try:
        sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
