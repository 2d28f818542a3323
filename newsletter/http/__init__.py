"""What fetching and serving have in common, and the other things asked of the network (DNS)."""
