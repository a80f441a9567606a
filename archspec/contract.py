"""The JSON that commands print, as pydantic models: for programs that read it and want it typed and checked.

    report = CheckReport.model_validate_json(text)          # of `archspec check --format json`
    table = SummaryReport.model_validate_json(text)         # of `archspec summary --format json`

Documents may grow: keys that a model does not know are let pass. What a model names keeps its meaning. pydantic comes
with the extra `contract`; nothing else in archspec imports this module.
"""

from typing import Literal

from archspec.emit.extras import missing

try:
    from pydantic import BaseModel, ConfigDict, Field
except ModuleNotFoundError:
    raise missing("the models of archspec.contract", "pydantic", "contract") from None

Sizes = list[int]  # of a value's axes, without the batch
Verdict = Literal["exact", "pad_only", "lossy", "gaps"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Span(_Part):
    """A place in a file. Lines and columns count from 1; the end is the first place behind."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


# --- archspec check --format json ---


class Label(_Part):
    """A further place that a finding points at."""

    span: Span
    text: str


class Edit(_Part):
    """A span of the file and what is to stand there."""

    span: Span
    text: str


class Fix(_Part):
    """Edits that remove a finding; a safe one keeps the meaning of the spec."""

    safe: bool
    edits: list[Edit]


class Finding(_Part):
    """One diagnostic."""

    code: str
    rule: str
    severity: Literal["error", "warning", "info"]
    message: str
    help: str
    networks: list[str]
    path: str
    span: Span
    labels: list[Label]
    fix: Fix | None


class CheckReport(_Part):
    """What `archspec check --format json` prints."""

    version: Literal[1]
    diagnostics: list[Finding]
    errors: int
    warnings: int


# --- archspec summary --format json ---


class ReceptiveField(_Part):
    """What a value sees of the input, along each axis; no steps along an axis of which it sees all."""

    size: Sizes
    stride: list[int | float | None]
    padding: list[int | None]
    center: list[float | None]
    min_size: Sizes
    is_global: bool = Field(alias="global")
    context: bool


class Stride(_Part):
    """How a window ends along one axis: pixels left over, and those of them that are never read."""

    verdict: Verdict
    remainder: int
    unread: int


class Parameters(_Part):
    total: int
    trainable: int
    buffers: int


class Memory(_Part):
    """Bytes in float32, of one sample."""

    parameter_bytes: int
    activation_sum_bytes: int
    activation_peak_bytes: int


class Layer(_Part):
    """A row: a layer, or a folded block. It stands for `count` equal ones; figures are those of one."""

    path: str
    first: str
    op: str
    module: bool
    inputs: list[Sizes]
    outputs: list[Sizes]
    count: int
    parameters: int
    macs: int
    runs: bool
    shared: bool
    receptive_field: ReceptiveField | None
    receptive_fields: dict[str, ReceptiveField | None] | None = None  # by input, where several enter
    strides: list[Stride | None] | None
    span: Span


class Group(_Part):
    """Layers of one operator or block together, with `--by`."""

    name: str
    layers: int
    parameters: int
    buffers: int
    macs: int


class SummaryReport(_Part):
    """What `archspec summary --format json` prints: with `layers`, or `groups` where `--by` gathers them."""

    version: Literal[1]
    mode: Literal["eval", "train"]
    spec: str
    network: str
    inputs: dict[str, Sizes]
    outputs: dict[str, Sizes]
    parameters: Parameters
    macs: int
    flops: int
    work: dict[str, int]
    memory: Memory
    receptive_field: dict[str, ReceptiveField | None]
    layers: list[Layer] | None = None
    by: Literal["op", "block"] | None = None
    groups: list[Group] | None = None


# --- archspec sizes --format json ---


Run = tuple[int, int, int]  # sizes from the first to the last, by a step


class Period(_Part):
    """From `start` on, what holds of a size holds of every `length`-th one after it."""

    start: int
    length: int


class Refused(_Part):
    """Sizes for which there is no network, and why."""

    code: str
    path: str
    message: str
    sizes: list[Run]


class Short(_Part):
    """A layer that loses pixels, and the sizes at which it does not."""

    path: str
    period: Period | None
    sizes: list[Run]


class Axis(_Part):
    """The sizes of one axis that fit."""

    axis: str
    inputs: list[str]
    range: tuple[int, int]
    strict: bool
    present: int
    fits: bool | None
    below: int | None
    above: int | None
    count: int
    sizes: list[Run]
    period: Period | None
    refused: list[Refused]
    short: list[Short]
    weights_depend: list[str]


class SizesReport(_Part):
    """What `archspec sizes --format json` prints."""

    version: Literal[1]
    spec: str
    network: str
    inputs: dict[str, Sizes]
    axes: list[Axis]
