"""Linear layers of low rank, for PyTorch and for archspec."""
