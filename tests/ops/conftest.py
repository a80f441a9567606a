"""Settings for all tests of operators."""

import torch

torch.set_num_threads(1)  # the tensors are tiny: handing them to threads takes longer than the arithmetic
