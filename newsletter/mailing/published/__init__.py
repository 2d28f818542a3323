"""What a domain publishes about its mail, read and judged without asking anybody."""
