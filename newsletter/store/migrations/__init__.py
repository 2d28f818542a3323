"""How a database of an earlier version becomes one of this version: one script per step, oldest first.

A script says everything itself and imports nothing of ours: it must do tomorrow what it did today.
"""
