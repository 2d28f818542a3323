"""Ways to hand finished messages to a mail system (I/O), one module each, found by their entry points."""
