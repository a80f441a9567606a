"""How matrices and kernels start that are built rather than drawn."""

from archspec.ops.base import parameter
from archspec.ops.initialisers import Initialiser
from archspec.ops.kinds import Integer, Real


class Orthogonal(Initialiser, name="orthogonal"):
    """Start from an orthogonal matrix; a tensor of more axes is flattened to its first axis against the others.

    Example:
        network example {
            input features: [784]
            linear(10, init=orthogonal)
        }

    Paper: Saxe et al., Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks, 2013.
    """

    target = "nn.init.orthogonal_"
    least_axes = 2
    gain: float = parameter(Real(), 1.0, "factor on the matrix")


class Sparse(Initialiser, name="sparse"):
    """Start a matrix from zeros, but for a share of each column that is drawn from a normal distribution.

    Example:
        network example {
            input features: [784]
            linear(10, init=sparse(0.5))
        }

    Paper: Martens, Deep Learning via Hessian-Free Optimization, 2010.
    """

    target = "nn.init.sparse_"
    least_axes = most_axes = 2
    sparsity: float = parameter(Real(0.0, 1.0), docs="share of each column that is zero")
    std: float = parameter(Real(0.0), 0.01, "standard deviation of the others")


class Eye(Initialiser, name="eye"):
    """Start a matrix from ones on its diagonal and zeros elsewhere: as many features pass through as there are.

    Example:
        network example {
            input features: [64]
            linear(64, bias=false, init=eye)
        }
    """

    target = "nn.init.eye_"
    least_axes = most_axes = 2


class Dirac(Initialiser, name="dirac"):
    """Start a convolution from the identity: a one in the middle of the kernel from each channel to itself.

    Example:
        network example {
            input image: [16, 8, 8]
            conv(16, 3, padding=1, bias=false, init=dirac)
        }

    Paper: Zagoruyko and Komodakis, DiracNets, 2017.
    """

    target = "nn.init.dirac_"
    least_axes = 3
    most_axes = 5
    groups: int = parameter(Integer(), 1, "groups of output channels, each of which starts so")

    def problem(self, shape: tuple[int, ...]) -> str:
        if shape[0] % self.groups:
            return f"`groups` of {int(self.groups)} does not divide the {int(shape[0])} output channels"
        return ""
