"""How fast the platform is, beside what the same rows cost without it: `kefu bench`."""
