"""The use cases: what a command does, without a terminal. One module each."""
