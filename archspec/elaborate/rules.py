"""The rules of elaboration: names (2xx), parameters and expressions (3xx), shapes (4xx), promises (6xx)."""

from archspec.core.diagnostic import rule

UNKNOWN_NAME = rule(
    "AS201",
    "unknown-name",
    """A name that stands for nothing here.

    A step names an operator, a block, a shared layer or a parameter that holds one of these; `archspec ops` lists the
    operators. Values are read in parentheses: `(deep) -> …`.
    """,
    fix="unsafe",
)
DUPLICATE = rule(
    "AS202",
    "duplicate-name",
    """Two things of one name where names must differ.

    Labels are module paths and `state_dict` keys: within a module each is used once. So are the definitions of a file
    and the parameters of a block.
    """,
)
RESERVED = rule(
    "AS203",
    "reserved-name",
    """A label that would take over an attribute of `torch.nn.Module`.

    A submodule called `train`, `forward` or `parameters` would shadow the method of that name: torch refuses some of
    these late and takes others in silence.
    """,
)
HIDES_OPERATOR = rule(
    "AS204",
    "hides-operator",
    """A parameter, `let` or definition with the name of an operator.

    Operators, blocks and parameters share one namespace, so that a reader never has to guess what a step means.
    """,
)
RECURSION = rule(
    "AS205",
    "recursion",
    """A block, function or `let` that needs itself.

    Every spec ends: there is no recursion. Use `repeat` or `for`.
    """,
)
UNKNOWN_VALUE = rule(
    "AS206",
    "unknown-value",
    """A value that is not there to be read.

    Any earlier label of the same module (or of the modules around a group) can be read in parentheses. Labels within
    `repeat` are not seen outside it; `for` shows those of all its iterations.
    """,
)
BAD_IMPORT = rule(
    "AS207",
    "import",
    """A file that cannot be imported from.

    An import names a file relative to its own, within the same project, or one that ships with archspec. The project
    is the nearest folder above with a `pyproject.toml`, else the file's own folder: for imports from a folder beside
    it, put a `pyproject.toml`, which may be empty, into a folder above both.
    """,
)
NOT_A_STEP = rule(
    "AS208",
    "not-a-step",
    """A step that is neither an operator nor a block.

    A number, list or function makes no layer; neither does a network within another.
    """,
)
BAD_LABEL = rule(
    "AS209",
    "label",
    """A label where it cannot stand.

    A label names one step. On a branch of several steps it would name the first alone: put the branch in braces.
    """,
    fix="unsafe",
)
MISPLACED = rule(
    "AS210",
    "misplaced",
    """A statement where it cannot stand.

    `input` opens a block or network; a documentation string stands first; branches are steps, `if`, `for` and `repeat`.
    """,
)
ARGUMENT = rule(
    "AS301",
    "argument",
    """An argument that its operator, block or function does not take.

    `archspec ops NAME` shows what an operator takes.
    """,
)
EXPRESSION = rule(
    "AS302",
    "expression",
    """An expression that has no value.

    A division by zero, an index out of range, a sum of a number and a list, a number beyond 2^53.
    """,
)
CONDITION = rule(
    "AS303",
    "condition",
    """A condition that is neither true nor false.""",
)
TOO_LARGE = rule(
    "AS304",
    "too-large",
    """A design beyond the limits.

    Repeating equal things is arithmetic and may be huge; at most 100,000 *distinct* layers are elaborated, axes have at
    most 2^31 entries and values at most 2^48 elements.
    """,
)
TRAINING = rule(
    "AS305",
    "training",
    """`training` used for more than what exists in training only.

    It stands in the condition of an `if`, whose body may tap outputs; it cannot change a number or the value at hand.
    """,
)
DISAGREE = rule(
    "AS401",
    "branches-disagree",
    """Values that meet do not have the shapes that joining needs.

    `concat` wants all axes but one alike; `add`, `mul` and `sub` want equal shapes (a gate may be 1 × 1). Typical
    causes: a stride on one branch only, a pooling that shrinks, a missing projection in a skip.
    """,
    fix="unsafe",
)
DOES_NOT_FIT = rule(
    "AS402",
    "does-not-fit",
    """An operator that cannot take the value that enters it.""",
)
NO_ROOM = rule(
    "AS403",
    "window-does-not-fit",
    """A window larger than the padded input: there is no place to put it.""",
)
GROUPS = rule(
    "AS404",
    "groups",
    """Channels that the groups do not divide.""",
)
SPATIAL_LINEAR = rule(
    "AS405",
    "linear-on-map",
    """A `linear` on a feature map.

    Torch applies it to the last axis, the width, and goes on in silence if the sizes happen to fit. Flatten the map or
    pool it first.
    """,
    fix="unsafe",
)
RANK = rule(
    "AS406",
    "rank",
    """A value with other axes than the operator works on.""",
)
PORTS = rule(
    "AS407",
    "number-of-inputs",
    """More or fewer values than a step takes.

    Several values enter a step as `(a, b) -> concat`; a value with several parts is read part by part.
    """,
)
BAD_SHAPE = rule(
    "AS408",
    "input-shape",
    """An input whose shape is missing or is none.""",
)
SHARED_DIFFERS = rule(
    "AS409",
    "shared-differs",
    """Shared weights that would need two shapes.

    A shared layer has one set of weights: what enters it must ask for the same weights at every place.
    """,
)
EXPECT = rule(
    "AS601",
    "expect-broken",
    """A shape that is not the one `expect` promises.""",
)
ASSERT = rule(
    "AS602",
    "assert-broken",
    """A promise that does not hold.

    `assert` speaks of the block or network it stands in: `params`, `macs`, `flops`, `receptive_field` and shapes.
    """,
)
TASK_HEAD = rule(
    "AS603",
    "task-head",
    """An output that does not fit the declared task.

    `task classification(classes=10)` promises one vector of ten scores for a sample, `task segmentation(…)` one for
    each position of a map. A head made for another number of classes fails at the first step of training, or never:
    scores for classes that do not exist train in silence. A map where a vector is expected lacks its global pooling.
    """,
    fix="unsafe",
)
TASK_TARGETS = rule(
    "AS604",
    "task-targets",
    """A loss that cannot be computed from the declared targets.

    `cross_entropy` and `nll` take the index of the class, `bce` a number for each class. One-hot vectors for a loss of
    indices, and indices for a loss of vectors, are refused by torch once training starts.
    """,
)
INTERNAL = rule(
    "AS901",
    "internal",
    """A bug in archspec. Please report it with the spec.""",
)
