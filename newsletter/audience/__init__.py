"""People come, change their minds and leave: import, export and the steps of their standing."""
