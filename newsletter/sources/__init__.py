"""Where documents come from. One module each; reached by name through entry points."""
