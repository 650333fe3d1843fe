"""Checks of the sample workspace: that it runs as it is, says something of every dataset it reads, and keeps the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from klaremal.errors import KlaremalError
from klaremal.ready import STATE
from klaremal.testing.subject import Finding, Subject, shown
from klaremal.workspace.folder import FILE_NAME


def sample_runs(subject: Subject) -> Iterator[Finding]:
    """The workspace `sample/` in the package runs without a network, and every dataset that it reads gives a figure.

    When it fails: run a copy, as `klaremal init try --plugins NAME` makes it, and correct what the run says.
    """
    if subject.sample is None:
        cure = "Put a workspace with a few made-up rows into sample/ in the package: klaremal.toml, goals/, data/."
        yield Finding(subject.name, "it has no sample.", cure)
        return
    left = subject.sample / STATE
    if left.exists():
        cure = "Remove it; to try the sample run klaremal init, which copies it."
        what = f"a run has left {STATE} in it, and a wheel made of the folder has it inside."
        yield Finding("sample", what, cure, fails=False)
    try:
        run = subject.sample_run
    except KlaremalError as error:
        yield Finding("sample", f"it does not run: {error}", f"Run a copy of it: {_copied(subject, subject.sample)}")
        return
    for gap in run.gaps:
        yield Finding(f"sample, {gap.dataset}", gap.message, "")
    for each in run.left_out:
        yield Finding("sample", str(each), "")
    known = run.observations[run.observations["value"].notna()]
    measured = {*known["indicator"].astype(str)}
    own = [each for each in subject.declares("indicators") if each.id in measured]
    if not own:
        cure = "Give it a goal on an indicator of the plugin, and enough rows that the figure is not hidden (five or more)."
        yield Finding("sample", "it shows not one figure of the plugin.", cure)
    used = {name for each in subject.declares("indicators") for name in subject.alone.with_parts(each.datasets)}
    shown_of = {name for each in own for name in subject.alone.with_parts(each.datasets)}
    read = {each.dataset for each in run.provenance if each.dataset.startswith(f"{subject.name}.")}
    silent = sorted((read & used) - shown_of)
    if own and silent and not run.gaps:
        cure = "Add a goal on an indicator of it, and rows for a whole period."
        yield Finding(f"sample, {shown(silent)}", "its rows give no figure.", cure)


def _copied(subject: Subject, sample: Path) -> str:
    """Return how a copy of the sample is run: what a run leaves in the package itself would get into the wheel."""
    # `klaremal plugin new` writes one beside src/.
    beside = sample.parents[2] / sample.name
    if (beside / FILE_NAME).is_file():
        return f"klaremal run {beside}, after taking over what was changed in {sample}."
    return f"klaremal init try --unit <your municipality> --plugins {subject.name}; klaremal run try."


def sample_keeps_contract(subject: Subject) -> Iterator[Finding]:
    """No row of the sample is set aside: the data keeps the plugin's own contracts, and every row has a place.

    When it fails: look at the rows with `klaremal check` on a copy of the sample, and correct the file or the contract.
    """
    if subject.sample is None:
        return
    try:
        run = subject.sample_run
    except KlaremalError:
        return
    for each in run.set_aside:
        examples = f" ({shown(each.examples, 2)})" if each.examples else ""
        what = f"{each.rows} of its rows {'is' if each.rows == 1 else 'are'} set aside: {each.message or each.rule}{examples}"
        cure = "Correct the file, or the contract where it is the contract that is wrong."
        yield Finding(f"sample, {each.dataset}", what, cure)
