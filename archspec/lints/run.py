"""Running the lints over what a check has read and built without an error."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archspec.core.diagnostic import Diagnostic, Rule, Severity
from archspec.core.source import Span
from archspec.design import Module
from archspec.elaborate.report import Report
from archspec.elaborate.scope import FileScope
from archspec.lints import (
    activation_before_loss,
    batch_axis,
    batchnorm_on_pixel,
    bias_before_norm,
    broadcast_join,
    channels_last,
    dead_branch,
    degenerate_dilation,
    dropout_before_norm,
    even_kernel_same,
    gridding,
    inexact_stride,
    lopsided_activations,
    lossy_stride,
    misaligned_join,
    missing_activation,
    narrow_view,
    other_sizes,
    projection_gaps,
    raw_inputs,
    repeated_activation,
    spatial_concat,
    stacked_linear,
    stride_gaps,
    targets_out_of_reach,
    uneven_channels,
    unproductive_layer,
    unread_output,
    unseen_input,
    unused_block,
    unused_import,
    unused_input,
    unused_label,
    unused_let,
    unused_parameter,
    unused_suppression,
    wide_view,
)
from archspec.lints.lint import MODULE_LINTS, TEXT_LINTS
from archspec.lints.naming import below
from archspec.lints.selection import Selection
from archspec.lints.subject import Again, Texts, places
from archspec.lints.suppressions import Suppressions
from archspec.syntax import tree

LINTS = (
    activation_before_loss,
    batch_axis,
    batchnorm_on_pixel,
    bias_before_norm,
    broadcast_join,
    channels_last,
    dead_branch,
    degenerate_dilation,
    dropout_before_norm,
    even_kernel_same,
    gridding,
    inexact_stride,
    lopsided_activations,
    lossy_stride,
    misaligned_join,
    missing_activation,
    narrow_view,
    other_sizes,
    projection_gaps,
    raw_inputs,
    repeated_activation,
    spatial_concat,
    stacked_linear,
    stride_gaps,
    targets_out_of_reach,
    uneven_channels,
    unproductive_layer,
    unread_output,
    unseen_input,
    unused_block,
    unused_import,
    unused_input,
    unused_label,
    unused_let,
    unused_parameter,
    unused_suppression,
    wide_view,
)


class Run(NamedTuple):
    """What a check has read and built.

    networks: those that came out without an error
    whole:    the files of which every network was checked as it is written
    readers:  these files and all they import
    again:    builds a network, or a block in it, for inputs of other shapes
    """

    networks: Sequence[Module]
    whole: Sequence[FileScope]
    readers: Sequence[FileScope]
    again: Again | None = None


def lint(run: Run, report: Report, selection: Selection) -> None:
    """Report what the lints find. Their findings can be suppressed where they stand; errors cannot."""
    broken = {one.span.source for one in report.diagnostics() if one.severity is Severity.ERROR}
    whole = [scope for scope in run.whole if scope.file.source not in broken]
    suppressions = Suppressions(scope.file for scope in run.readers if scope.file.source not in broken)
    checked: set[str] = set()
    for one in _found(run, whole, selection, checked):
        if not suppressions.hold(one):
            report.take(one)
    if selection.runs(unused_suppression.RULE):
        elaborated = [here.module for network in run.networks for here in places(network)]
        spans = {module.span for module in elaborated}
        sources = {scope.file.source for scope in whole}
        untaken = _untaken(elaborated, whole)
        for one in unused_suppression.find(suppressions, sources, spans, untaken, checked):
            report.take(one)


def _untaken(elaborated: list[Module], whole: list[FileScope]) -> set[Span]:
    """The bodies of conditions into which no network went. What depends on the mode is always gone into."""
    taken: dict[Span, set[int]] = {}
    for module in elaborated:
        for decision in module.decisions:
            taken.setdefault(decision.span, set()).add(decision.taken)
    found: set[Span] = set()
    for node in below(item for scope in whole for item in scope.file.items) if taken else ():
        if isinstance(node, tree.If) and node.span in taken:
            bodies = [body for _, body in node.branches] + ([node.otherwise] if node.otherwise else [])
            found.update(body.span for at, body in enumerate(bodies) if at not in taken[node.span])
    return found


def _found(run: Run, whole: list[FileScope], selection: Selection, checked: set[str]) -> Iterator[Diagnostic]:
    def wanted(rule: Rule) -> bool:
        if selection.runs(rule):
            checked.add(rule.code)
            return True
        return False

    of_modules = [one for one in MODULE_LINTS if wanted(one.rule)]
    common: dict[Any, Any] = {}
    for network in run.networks if of_modules else ():
        for here in places(network, run.networks, common, run.again):
            for one in of_modules:
                yield from one.find(here)
    texts = Texts(whole, run.readers)
    for other in TEXT_LINTS:
        if wanted(other.rule):
            yield from other.find(texts)
