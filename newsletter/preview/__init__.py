"""The local preview: an issue as it will be sent, on the loopback interface only."""
