"""What other libraries call an operator, where that is nothing like its name here."""

import re

_ELSEWHERE = {
    "constantpad": "pad",
    "dense": "linear",
    "fullyconnected": "linear",
    "interpolate": "upsample",
    "multiheadattention": "attention",
    "reflectionpad": "pad",
    "replicationpad": "pad",
    "resize": "upsample",
    "swish": "silu",
    "view": "reshape",
    "zeropad": "pad",
}


def from_elsewhere(name: str) -> str:
    """The operator that another library calls so: `Dense` is `linear`, `ZeroPad2d` is `pad`; empty where none is."""
    return _ELSEWHERE.get(re.sub(r"_|[123]d$", "", name.lower()), "")
