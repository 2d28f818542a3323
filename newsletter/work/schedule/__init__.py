"""When the daily run is called, and by whom: cron, systemd, GitHub Actions, or ourselves."""
