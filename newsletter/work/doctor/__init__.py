"""What is wrong, or could go wrong, before mail goes to people: each area in a module of its own."""
