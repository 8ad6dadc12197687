"""The functions PostgreSQL appends by, and the migration operation that makes them.

They run with the rights of the tables' owner (SECURITY DEFINER), so that the
application's own role needs no right to write the tables; the search path is fixed, as
the PostgreSQL manual asks of such functions (CREATE FUNCTION, "Writing SECURITY
DEFINER Functions Safely").
"""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from centre.ledger import guards

SIGNATURES: Final = (
    "ledger_open(text, text, text)",
    "ledger_lock(text)",
    "ledger_append(text, bytea, bytea, text, boolean)",
    "ledger_append_all(text, bytea[], bytea[], text[])",
)
"""What the application's role may call, and nobody else but the owner."""

_SAFE: Final = "SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"

_OPEN: Final = r"""
CREATE OR REPLACE FUNCTION ledger_open(p_log text, p_vkey text, p_last_at text)
RETURNS void LANGUAGE sql {safe} AS $$
  INSERT INTO ledger_head (log, size, last_leaf, last_at, vkey)
  VALUES (p_log, 0,
    sha256(convert_to(
      E'osc-genesis/v1\n' || p_log || E'\n' || p_vkey || E'\n', 'UTF8')),
    p_last_at, p_vkey)
$$
"""

_LOCK: Final = """
CREATE OR REPLACE FUNCTION ledger_lock(p_log text)
RETURNS SETOF ledger_head LANGUAGE plpgsql ROWS 1 {safe} AS $$
BEGIN
  RETURN QUERY SELECT h.* FROM ledger_head h WHERE h.log = p_log FOR UPDATE;
END $$
"""

_ENTRY: Final = r"""
CREATE OR REPLACE FUNCTION ledger_joined(
  p_at text, p_log text, p_n bigint, p_prev bytea, p_sig bytea, p_stmt bytea)
RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT convert_to('{{"at":"' || p_at || '","log":"' || p_log || '","n":' || p_n
      || ',"prev":"' || encode(p_prev, 'base64') || '","sig":', 'UTF8')
    || p_sig || convert_to(',"stmt":', 'UTF8') || p_stmt
    || convert_to(',"v":1}}', 'UTF8')
$$
"""

_APPEND: Final = r"""
CREATE OR REPLACE FUNCTION ledger_append(
  p_log text, p_stmt bytea, p_sig bytea, p_at text, p_back_known boolean)
RETURNS TABLE (outcome integer, pk bigint, "position" bigint, content bytea,
  hash bytea, newest bytea)
LANGUAGE plpgsql ROWS 1 {safe} AS $$
DECLARE
  said CONSTANT jsonb := convert_from(p_stmt, 'UTF8')::jsonb;
  said_stream CONSTANT bytea := decode(said->>'stream', 'base64');
  said_sseq CONSTANT bigint := said->>'sseq';
  head ledger_head;
  last_sseq bigint;
  stamp text;
BEGIN
  IF p_at !~ '^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{6}}Z$' THEN
    RAISE EXCEPTION 'A moment is not written in the log''s form.'
      USING ERRCODE = 'invalid_datetime_format';
  END IF;
  SELECT h.* INTO head FROM ledger_head h WHERE h.log = p_log FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT e.sseq, e.leaf INTO last_sseq, newest FROM ledger_entry e
    WHERE e.log = p_log AND e.stream = said_stream ORDER BY e.sseq DESC LIMIT 1;
  IF said_sseq IS DISTINCT FROM coalesce(last_sseq + 1, 0)
    OR decode(said->>'sprev', 'base64') IS DISTINCT FROM newest
  THEN
    outcome := 1; "position" := last_sseq;
    RETURN NEXT; RETURN;
  END IF;
  stamp := p_at;
  IF p_at COLLATE "C" <= head.last_at THEN
    IF NOT p_back_known
      AND p_at::timestamptz < head.last_at::timestamptz - interval '60 seconds'
    THEN
      outcome := 2;
      RETURN NEXT; RETURN;
    END IF;
    stamp := to_char(
      head.last_at::timestamptz AT TIME ZONE 'UTC' + interval '1 microsecond',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  END IF;
  content := ledger_joined(stamp, p_log, head.size, head.last_leaf, p_sig, p_stmt);
  hash := sha256('\x00'::bytea || content);
  INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)
    VALUES (p_log, head.size, said_stream, said_sseq, said->>'kind', content, hash)
    RETURNING id INTO pk;
  UPDATE ledger_head h SET size = head.size + 1, last_leaf = hash, last_at = stamp
    WHERE h.log = p_log;
  outcome := 0; "position" := head.size;
  RETURN NEXT;
END $$
"""

_APPEND_ALL: Final = r"""
CREATE OR REPLACE FUNCTION ledger_append_all(
  p_log text, p_stmts bytea[], p_sigs bytea[], p_ats text[])
RETURNS bytea LANGUAGE plpgsql {safe} AS $$
DECLARE
  head ledger_head;
  entries bytea[] := '{{}}';
  leaves bytea[] := '{{}}';
  content bytea;
  hash bytea;
  stamp text;
  said jsonb;
  streams bytea[] := '{{}}';
  sseqs bigint[] := '{{}}';
  sprevs bytea[] := '{{}}';
  kinds text[] := '{{}}';
BEGIN
  SELECT h.* INTO head FROM ledger_head h WHERE h.log = p_log FOR UPDATE;
  hash := head.last_leaf;
  stamp := head.last_at;
  FOR i IN 1 .. cardinality(p_stmts) LOOP
    IF p_ats[i] !~ '^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{6}}Z$'
      OR p_ats[i] COLLATE "C" <= stamp THEN
      RAISE EXCEPTION 'The entries of a batch follow each other in time.'
        USING ERRCODE = 'serialization_failure';
    END IF;
    stamp := p_ats[i];
    content := ledger_joined(
      stamp, p_log, head.size + i - 1, hash, p_sigs[i], p_stmts[i]);
    hash := sha256('\x00'::bytea || content);
    said := convert_from(p_stmts[i], 'UTF8')::jsonb;
    streams[i] := decode(said->>'stream', 'base64');
    sseqs[i] := said->>'sseq';
    sprevs[i] := decode(said->>'sprev', 'base64');
    kinds[i] := said->>'kind';
    entries[i] := content;
    leaves[i] := hash;
  END LOOP;
  INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)
    SELECT p_log, head.size + t.place - 1, t.stream, t.sseq, t.kind, t.entry, t.leaf
    FROM unnest(streams, sseqs, kinds, entries, leaves) WITH ORDINALITY
      AS t(stream, sseq, kind, entry, leaf, place)
    ORDER BY t.place;
  IF EXISTS (
    SELECT 1 FROM unnest(streams, sseqs, sprevs) AS t(stream, sseq, sprev)
    LEFT JOIN LATERAL (SELECT e.sseq, e.leaf FROM ledger_entry e
      WHERE e.log = p_log AND e.stream = t.stream AND e.sseq < t.sseq
      ORDER BY e.sseq DESC LIMIT 1) AS before ON true
    WHERE before.leaf IS DISTINCT FROM t.sprev
      OR coalesce(before.sseq + 1, 0) <> t.sseq)
  THEN
    RAISE EXCEPTION 'A stream has moved on.' USING ERRCODE = 'serialization_failure';
  END IF;
  UPDATE ledger_head h
    SET size = head.size + cardinality(entries), last_leaf = hash, last_at = stamp
    WHERE h.log = p_log;
  RETURN hash;
END $$
"""


class AppendByFunction(guards.Guard):
    """On PostgreSQL, append through functions; the guards let a batch through."""

    table = "ledger_entry"

    def put_up(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Make the functions in the schema of the tables."""
        if schema_editor.connection.vendor != guards.POSTGRESQL:
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            schema = cursor.fetchone()[0]
        for statement in (*guards.MANY_AT_ONCE, *functions(schema)):
            schema_editor.execute(statement, params=None)
        for function in SIGNATURES:
            revoke = f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
            schema_editor.execute(revoke, params=None)

    def take_down(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Drop the functions; the guards stay as they are."""
        if schema_editor.connection.vendor != guards.POSTGRESQL:
            return
        for function in SIGNATURES:
            schema_editor.execute(f"DROP FUNCTION {function}", params=None)


def functions(schema: str) -> list[str]:
    """The statements that make the functions over the tables of a schema."""
    safe = _SAFE.format(schema=schema)
    made: Any = (_ENTRY, _OPEN, _LOCK, _APPEND, _APPEND_ALL)
    return [statement.format(safe=safe) for statement in made]
