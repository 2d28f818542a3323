"""An edition and a reader become the bytes of one message (pure): slots, headers, body, addresses."""
