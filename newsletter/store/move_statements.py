"""The statements of `store.moves`, in the words of each engine's driver.

Those that move much are run once for many rows, which come as JSON for SQLite (half the time of a statement
per row) and as arrays for PostgreSQL. A move names the sender and the fence of the claim it belongs to.
"""

from __future__ import annotations

from sqlalchemy import text

# Rows that may be claimed, with their person as far as there is one.
_CLAIMABLE = """
    SELECT d.id, d.subscriber_id, s.address, s.name, d.edition_id, d.attempt, d.fence, s.status
    FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.state = 'pending'
"""
_FOR_US = " FOR UPDATE OF d SKIP LOCKED"
# Nobody has tried these. Pairs are compared, so that only the index of pairs will do: by the primary key
# alone, a server would walk all that is done.
SERVER_FRESH = f"""{_CLAIMABLE}
        AND (d.issue_id, d.id) > (%s::bigint, %s::bigint) AND (d.issue_id, d.id) <= (%s::bigint, %s::bigint)
        AND d.not_before IS NULL
    ORDER BY d.issue_id, d.id LIMIT %s {_FOR_US}
"""
# These were put off until now.
SERVER_DUE = f"""{_CLAIMABLE}
        AND d.issue_id = %s AND d.not_before IS NOT NULL AND d.not_before <= %s
    ORDER BY d.not_before LIMIT %s {_FOR_US}
"""
# SQLite lets another thread run before each row that it gives, and the thread of the ledger would wait for
# its turn a thousand times: one row has all of them, a column in a text. The rows are chosen before anything
# is joined to them: fewer columns are carried about.
# What is the same for nearly all, who are active and were never claimed, is told of the others alone.
_PEOPLE = """
    json_group_array(d.subscriber_id), json_group_array(s.address), json_group_array(s.name),
    json_group_array(json_array(d.id, d.attempt, d.fence, s.status))
        FILTER (WHERE d.fence > 0 OR s.status IS NOT 'active')
"""
_IN_ONE_ROW = """
    SELECT {}, {} FROM ({}) d LEFT JOIN subscribers s ON s.id = d.subscriber_id
"""
# What nobody has settled and nobody has put off: some of it is claimed. Pairs would be compared row by row
# here, so the index is named instead.
FRESH = """
    SELECT * FROM deliveries INDEXED BY ix_deliveries_open
    WHERE settled_at IS NULL AND not_before IS NULL AND state = 'pending'
        AND issue_id = ? AND id > ? AND id <= ?
    ORDER BY id LIMIT ?
"""
DUE = """
    SELECT * FROM deliveries
    WHERE state = 'pending' AND issue_id = ? AND not_before IS NOT NULL AND not_before <= ?
    ORDER BY not_before LIMIT ?
"""
_EACH = "json_group_array(d.id), json_group_array(d.edition_id)"
FRESH_IN_ONE_ROW = _IN_ONE_ROW.format(_EACH, _PEOPLE, FRESH)
DUE_IN_ONE_ROW = _IN_ONE_ROW.format(_EACH, _PEOPLE, DUE)
# Nearly always those that are fresh follow each other without a gap, and have one edition: then a few numbers
# tell all of theirs. Their people come in the order of the ids: what has a limit is not merged into a query
# that counts (https://sqlite.org/optoverview.html, subquery flattening).
_ALL = "min(d.id), max(d.id), count(*), min(d.edition_id), max(d.edition_id), count(d.edition_id)"
FRESH_IN_SEQUENCE = _IN_ONE_ROW.format(_ALL, _PEOPLE, FRESH)

HALTED = "SELECT 1 FROM frozen_issues WHERE id = ? AND halted_at IS NOT NULL"
SERVER_HALTED = HALTED.replace("?", "%s")

CLAIM = """
    UPDATE deliveries
    SET state = 'claimed', sender_id = ?, fence = fence + 1, not_before = NULL, settled_at = NULL
    WHERE id IN (SELECT value FROM json_each(?))
"""
# The same for fresh ones, where no id is left out between the first and the last: nothing is looked up for
# each row, and what no index is about is all that changes. The plus keeps SQLite from an index of states.
CLAIM_ALL_BETWEEN = """
    UPDATE deliveries SET state = 'claimed', sender_id = ?, fence = fence + 1
    WHERE id BETWEEN ? AND ? AND +state = 'pending'
"""
SUPPRESS = "UPDATE deliveries SET state = 'suppressed', settled_at = ?, reason = ? WHERE id = ?"
# A row in doubt is still told by who was at it, if they live after all. Not `IN`: SQLite makes its list anew
# for each row.
_SETTLE = """
    UPDATE deliveries
    SET state = ?, not_before = ?, settled_at = ?, code = ?, reason = ?, sender_id = ?, attempt = attempt + 1
    WHERE {} AND fence = ? AND sender_id = ?
        AND (state = 'claimed' OR state = 'in_flight' OR state = 'in_doubt')
"""
SETTLE = _SETTLE.format("id IN (SELECT value FROM json_each(?))")
SETTLE_ALL_BETWEEN = _SETTLE.format("id BETWEEN ? AND ?")
FLY = """
    UPDATE deliveries SET state = 'in_flight'
    WHERE id = ? AND sender_id = ? AND fence = ? AND state = 'claimed'
"""
RETURN = """
    UPDATE deliveries SET state = 'pending', not_before = ?, sender_id = NULL
    WHERE id = ? AND sender_id = ? AND fence = ? AND state IN ('claimed', 'in_flight')
"""

SERVER_CLAIM = """
    UPDATE deliveries
    SET state = 'claimed', sender_id = %s, fence = fence + 1, not_before = NULL, settled_at = NULL
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

# These are the same on both. The first conditions repeat what indexes are about: SQLite takes a partial index
# only where it reads so. A claim clears both times.
DOUBT = text("""
    UPDATE deliveries SET state = 'in_doubt', settled_at = :at, attempt = attempt + 1, reason = :reason
    WHERE settled_at IS NULL AND not_before IS NULL AND state IN ('claimed', 'in_flight')
        AND sender_id = :sender AND (state = 'in_flight' OR :all_of_them)
""")
RETURN_REST = text("""
    UPDATE deliveries SET state = 'pending', sender_id = NULL
    WHERE settled_at IS NULL AND not_before IS NULL AND state IN ('claimed', 'in_flight')
        AND sender_id = :sender AND state = 'claimed'
""")
HOLDERS = """
    SELECT DISTINCT sender_id, issue_id FROM deliveries
    WHERE settled_at IS NULL AND not_before IS NULL AND state IN ('claimed', 'in_flight')
"""
