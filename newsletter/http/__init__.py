"""What fetching and serving have in common."""
