"""A design as PyTorch: readable source, and the live module that runs exactly this source."""
