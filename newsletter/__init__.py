"""A research-paper newsletter: papers in, sections a person configured, one e-mail each out.

Importing this package is cheap on purpose: nothing beyond the standard library is loaded here.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
