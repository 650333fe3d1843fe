"""Checks of a plugin as a package: its metadata, that it loads beside others in any order, and what its import costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from klaremal.testing.subject import Finding, Subject, shown

HEAVY: Final = ("duckdb", "numpy", "pandas", "sqlalchemy", "sqlglot")
_MARK: Final = "klaremal-looked: "

# Run in a Python of its own: only there nobody else has imported anything yet.
_LOOK: Final = """
import json, sys
asked = []
def hook(event, arguments):
    if event.split(".")[0] == "socket" and event not in ("socket.__new__", "socket.gethostname"):
        asked.append(event)
    elif event == "urllib.Request":
        asked.append(str(arguments[0]))
sys.addaudithook(hook)
import importlib
importlib.import_module(sys.argv[1])
print(sys.argv[2] + json.dumps({"modules": sorted(sys.modules), "asked": asked}))
"""


def metadata(subject: Subject) -> Iterator[Finding]:
    """The package is installed under its name, says its version, and for which versions of klaremal it was built.

    When it fails: install the package with pip, and let `pyproject.toml` name klaremal with the versions that you test with.
    """
    from klaremal import __version__

    source = subject.source
    if not source.distribution:
        what = "it comes from no installed distribution."
        yield Finding(subject.name, what, "Install it: pip install -e <its folder>, with an entry point in the group klaremal.")
        return
    own = getattr(source.module, "__version__", source.version)
    if own != source.version:
        what = f"the module says version {own}, and the installed distribution {source.version}."
        yield Finding(source.distribution, what, "Install it again: pip install -e <its folder>.")
    # A version that does not fit is refused before any check begins.
    if not source.requires:
        major, minor, *_ = __version__.split(".")
        cure = f'Write "klaremal >={major}.{minor},<{major}.{int(minor) + 1}" among the dependencies in pyproject.toml.'
        yield Finding(source.distribution, "it does not say for which versions of klaremal it was built.", cure)


def loads_alone(subject: Subject) -> Iterator[Finding]:
    """With klaremal alone beside it nothing of the plugin is left out, and it declares something.

    When it fails: correct the declaration that is named, at the line of yours that the finding gives.
    """
    for each in subject.left_out:
        yield Finding(each.what or subject.name, each.why, "")
    if not subject.left_out and not subject.declares("sectors"):
        cure = "Declare it: @hookimpl above a function klaremal_sectors that returns [Sector(...)]."
        yield Finding(subject.name, "it declares no sector.", cure)
    if not subject.left_out and not subject.declares("indicators"):
        cure = "Declare them: @hookimpl above a function klaremal_indicators that returns a list."
        yield Finding(subject.name, "it declares no indicator.", cure)


def loads_beside_others(subject: Subject) -> Iterator[Finding]:
    """Beside all other installed plugins, before and after them, klaremal takes the same from the plugin.

    When it fails: rename what another plugin declares as well; ids begin with your plugin's name alone.
    """
    from klaremal.registry import build

    others = [each for each in subject.others if each not in subject.core and each.name != subject.name]
    alone = {str(each) for each in subject.left_out}
    for order in ([subject.source, *others], [*reversed(others), subject.source]):
        registry = build([*subject.core, *order])
        more = [each for each in registry.left_out if each.plugin == subject.name and str(each) not in alone]
        for each in more:
            names = shown(other.name for other in others)
            yield Finding(each.what or subject.name, f"beside {names}: {each.why}", "Give it an id that only you use.")
        if more:
            return


def imports_light(subject: Subject) -> Iterator[Finding]:
    """Importing the package loads no data library, asks no network and prints nothing: `klaremal --help` pays for it.

    When it fails: move imports into the hooks, and everything that reads, asks or prints into what they return.
    """
    if not subject.module:
        yield Finding(subject.name, "it is no module that can be imported by name.", "Let the entry point name a module.")
        return
    path = os.pathsep.join(each for each in sys.path if each)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK, subject.module, _MARK], capture_output=True, text=True, env=environment, check=False
    )
    printed, _, found = looked.stdout.partition(_MARK)
    if looked.returncode or not found:
        last = (looked.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        yield Finding(
            subject.module,
            f"it cannot be imported by itself: {last}.",
            "Import what it needs in the module itself, and name the package of it among the dependencies.",
        )
        return
    seen = json.loads(found)
    heavy = sorted({each.partition(".")[0] for each in seen["modules"]} & {*HEAVY})
    if heavy:
        cure = (
            "Import what declares inside the hook: def klaremal_indicators(): from your_package.indicators import INDICATORS."
        )
        yield Finding(subject.module, f"importing it loads {', '.join(heavy)}.", cure)
    if seen["asked"]:
        cure = "Ask the network in a collector only, when it is called."
        yield Finding(subject.module, f"importing it asks the network ({shown(dict.fromkeys(seen['asked']))}).", cure)
    if printed.strip():
        yield Finding(subject.module, f'importing it prints "{printed.strip()[:60]}".', "Print nothing when imported.")
