"""The statements of `store.moves`, in the words of each engine's driver.

Those that move much are run once for many rows, which come as JSON for SQLite (half the time of a statement
per row) and as arrays for PostgreSQL. A move names the sender and the fence of the claim it belongs to.
"""

from __future__ import annotations

from sqlalchemy import text

CLAIM = """
    UPDATE deliveries SET state = 'claimed', sender_id = ?, fence = fence + 1, not_before = NULL
    WHERE id IN (SELECT value FROM json_each(?))
"""
SUPPRESS = "UPDATE deliveries SET state = 'suppressed', settled_at = ?, reason = ? WHERE id = ?"
# A row in doubt is still told by who was at it, if they live after all.
SETTLE = """
    UPDATE deliveries
    SET state = ?, not_before = ?, settled_at = ?, code = ?, reason = ?, sender_id = ?, attempt = attempt + 1
    WHERE id IN (SELECT value FROM json_each(?)) AND fence = ? AND sender_id = ?
        AND state IN ('claimed', 'in_flight', 'in_doubt')
"""
FLY = """
    UPDATE deliveries SET state = 'in_flight'
    WHERE id = ? AND sender_id = ? AND fence = ? AND state = 'claimed'
"""
RETURN = """
    UPDATE deliveries SET state = 'pending', not_before = ?, sender_id = NULL
    WHERE id = ? AND sender_id = ? AND fence = ? AND state IN ('claimed', 'in_flight')
"""

SERVER_CLAIM = """
    UPDATE deliveries SET state = 'claimed', sender_id = %s, fence = fence + 1, not_before = NULL
    WHERE id = ANY(%s::bigint[])
"""
SERVER_SUPPRESS = """
    UPDATE deliveries d SET state = 'suppressed', settled_at = %s, reason = v.reason
    FROM unnest(%s::bigint[], %s::text[]) v(id, reason)
    WHERE d.id = v.id
"""
SERVER_SETTLE = """
    UPDATE deliveries d
    SET state = v.state, not_before = v.not_before, settled_at = v.at, code = v.code, reason = v.reason,
        sender_id = v.sender_id, attempt = d.attempt + 1
    FROM unnest(
        %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
        %s::int[]
    ) v(state, not_before, at, code, reason, sender_id, id, fence)
    WHERE d.id = v.id AND d.sender_id = %s AND d.fence = v.fence
        AND d.state IN ('claimed', 'in_flight', 'in_doubt')
"""
# The states are said in a way that does not lead to the index of what is held: it grows with each claim until
# it is vacuumed, and the primary key is the way to a few rows.
SERVER_FLY = """
    UPDATE deliveries d SET state = 'in_flight'
    FROM unnest(%s::bigint[], %s::int[]) v(id, fence), frozen_issues i
    WHERE d.id = v.id AND d.sender_id = %s AND d.fence = v.fence
        AND d.state IN ('claimed', 'in_flight', 'in_doubt') AND d.state <> 'in_doubt'
        AND i.id = d.issue_id AND i.halted_at IS NULL
    RETURNING d.id
"""
SERVER_RETURN = """
    UPDATE deliveries d SET state = 'pending', not_before = %s, sender_id = NULL
    FROM unnest(%s::bigint[], %s::int[]) v(id, fence)
    WHERE d.id = v.id AND d.sender_id = %s AND d.fence = v.fence
        AND d.state IN ('claimed', 'in_flight', 'in_doubt') AND d.state <> 'in_doubt'
"""

# These are the same on both. The first condition repeats what their index is about: SQLite takes a partial
# index only where it reads so.
DOUBT = text("""
    UPDATE deliveries SET state = 'in_doubt', settled_at = :at, attempt = attempt + 1, reason = :reason
    WHERE state IN ('claimed', 'in_flight') AND sender_id = :sender AND (state = 'in_flight' OR :all_of_them)
""")
RETURN_REST = text("""
    UPDATE deliveries SET state = 'pending', sender_id = NULL
    WHERE state IN ('claimed', 'in_flight') AND sender_id = :sender AND state = 'claimed'
""")
HOLDERS = "SELECT DISTINCT sender_id FROM deliveries WHERE state IN ('claimed', 'in_flight')"
