"""The local preview: an issue as it will be sent, and the place where a person works on it.

How it hangs together: a `Workshop` draws what a person asked to see (a `Subject`: a page or an issue folder),
keeps the last good `Picture`, and draws again when a file changes (`watching`). All browsers see one `Scene`:
its serial number grows with each change, and pages load themselves again when it does (`views/live.py`).

How a view is added:

1. A module in `views/` with a `BLUEPRINT = Blueprint(NAME, __name__)` and a
   `VIEW = View(blueprint=BLUEPRINT, name="Topics", key="o", badge=...)`. Its function `page`, a GET route,
   draws the view; it takes what it shows from `the_scene().picture` (the issue, what was read, the
   configuration as `picture.app`), so that a request sees one state however the files change meanwhile.
2. A template in `templates/preview/` that extends `frame.html.j2`: the block `title`, the block `view`, and
   where needed `head` (a style sheet or a module of its own) and `keys` (lines for the list of shortcuts).
   The frame shows navigation, mistakes in files and the help by itself. Style sheets and scripts lie in
   `templates/preview/static/`, linked by `url_for("assets.file", name="topics.js")`; nothing inline runs.
3. A line in `registry.GROUPS`.

What changes something is a POST route. Nobody but our own page reaches it: `access` asks for the key of the
session, which is in every address, for the page's Origin, and for Sec-Fetch-Site. In a script
`import { post } from "./preview.js"` and `await post(address, data)`: it sends JSON, gives the answer, and
throws what a `NewsletterError` says (as `message` and `hint`, with status 422). An element with
`data-key="x"` is pressed by that key, and `data-post="address"` makes a button a bare POST.

Two views keep state for the session: `topic_desk` (a `drafting.SectionDraft` of newsletter.toml, of which
nothing is written until it is saved) and `editorial_desk` (steps through the edits of a built folder, each
written at once). Both answer a step with regions drawn anew, which `static/board.js` puts into the page.

What writes a watched file needs no more: the watch draws the issue again. Otherwise call
`the_workshop().redraw()`. A page with unsaved work listens for the event "newsletter:changed" on `document`
and calls `preventDefault()`, else it is loaded again when the issue changes.
"""
