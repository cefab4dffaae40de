"""What is done to tickets by itself: rules that supervisors write, every version of them, and what each of them did."""
