"""Papers as files for reference managers, spreadsheets and programs. Pure: papers in, text out.

What is written here is read back by `newsletter.parsing` as the same papers.
"""

from __future__ import annotations

from newsletter.citing.forms import FORMS as FORMS
from newsletter.citing.forms import Form as Form
from newsletter.citing.forms import cited as cited
