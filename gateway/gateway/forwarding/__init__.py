"""The data plane: which service a request belongs to, and carrying it there and back."""
