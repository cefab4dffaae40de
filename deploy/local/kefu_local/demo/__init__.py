"""A shop that runs by itself: customers who ask and agents who answer, only over HTTP through the gateway."""
