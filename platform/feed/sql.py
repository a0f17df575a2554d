"""The feed's own statements: tables, numbering at commit, the chain of hashes, the guard.

Why two hops: an insert into feed_event leaves one marker per transaction. The marker's deferred
trigger touches the marker again, and only that second touch numbers. Triggers queued while deferred
ones fire run in a later pass, so every deferred foreign-key check has been made before the
advisory lock is taken: a transaction that holds the lock never waits for a row of another.
"""

TABLES = """
CREATE SEQUENCE feed_event_id_seq;
CREATE TABLE feed_event (
    id        bigint NOT NULL DEFAULT nextval('feed_event_id_seq'),
    tx        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at        timestamptz NOT NULL,
    known_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    topic     text NOT NULL,
    kind      text NOT NULL,
    entity    text NOT NULL,
    entity_id text NOT NULL,
    actor     text NOT NULL,
    scope     text NOT NULL DEFAULT '',
    geom      geometry(Geometry, 4326),
    body      jsonb NOT NULL DEFAULT '{}',
    cause     bigint,
    PRIMARY KEY (id, known_at)
) PARTITION BY RANGE (known_at);
CREATE TABLE feed_event_default PARTITION OF feed_event DEFAULT;
CREATE INDEX feed_event_entity ON feed_event (entity, entity_id, id);
CREATE INDEX feed_event_at ON feed_event (at);
ALTER SEQUENCE feed_event_id_seq OWNED BY feed_event.id;

CREATE TABLE feed_entry (
    seq         bigint PRIMARY KEY,
    event_id    bigint NOT NULL UNIQUE,
    known_at    timestamptz NOT NULL,
    numbered_at timestamptz NOT NULL,
    prev        bytea NOT NULL,
    hash        bytea NOT NULL
);
CREATE INDEX feed_entry_numbered ON feed_entry (numbered_at);

-- content matters inside its own transaction only, so a crash may forget it
CREATE UNLOGGED TABLE feed_marker (
    tx          xid8 PRIMARY KEY,
    first_id    bigint NOT NULL,
    first_known timestamptz NOT NULL,
    hop         smallint NOT NULL DEFAULT 0
);
"""

FUNCTIONS = """
-- Binary forms only, texts as UTF-8: no session setting (time zone, float digits, encoding) changes
-- a hash. record_send writes the number of columns, and for each its type, length and bytes.
CREATE FUNCTION feed_digest(prev bytea, numbered_at timestamptz, e feed_event) RETURNS bytea
LANGUAGE sql STABLE AS $$
SELECT sha256(prev || '\\x01'::bytea || record_send(ROW(
    numbered_at, e.id, e.at, e.known_at, convert_to(e.topic, 'UTF8'), convert_to(e.kind, 'UTF8'),
    convert_to(e.entity, 'UTF8'), convert_to(e.entity_id, 'UTF8'), convert_to(e.actor, 'UTF8'),
    convert_to(e.scope, 'UTF8'), ST_AsEWKB(e.geom, 'NDR'), convert_to(e.body::text, 'UTF8'),
    e.cause)))
$$;

CREATE FUNCTION feed_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feed_marker (tx, first_id, first_known)
    -- a day's room: the machine's clock may be set back while the transaction runs
    SELECT pg_current_xact_id(), min(id), min(known_at) - interval '1 day'
    FROM fresh HAVING count(*) > 0
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION feed_hop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE feed_marker SET hop = 1 WHERE tx = NEW.tx;
    RETURN NULL;
END $$;

CREATE FUNCTION feed_number() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '30s' AS $$
DECLARE
    n bigint;
    h bytea;
    link bytea;
    e feed_event;
    moment timestamptz;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'writers of the feed run READ COMMITTED, not %',
            current_setting('transaction_isolation');
    END IF;
    PERFORM pg_advisory_xact_lock(7203014);
    SELECT seq, hash INTO n, h FROM feed_entry ORDER BY seq DESC LIMIT 1;
    IF n IS NULL THEN
        n := 0;
        h := sha256('zhihui feed'::bytea);
    END IF;
    FOR e IN SELECT * FROM feed_event
             WHERE id >= NEW.first_id AND known_at >= NEW.first_known AND tx = NEW.tx
             ORDER BY id
    LOOP
        n := n + 1;
        moment := clock_timestamp();
        link := feed_digest(h, moment, e);
        INSERT INTO feed_entry VALUES (n, e.id, e.known_at, moment, h, link);
        h := link;
    END LOOP;
    DELETE FROM feed_marker WHERE tx = NEW.tx;
    PERFORM pg_notify('feed', n::text);
    RETURN NULL;
END $$;

CREATE FUNCTION feed_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: write a further event instead', TG_TABLE_NAME;
END $$;

-- On a feed-backed table: refuses a change that brings no event about that row.
-- Arguments: the entity, and the column that events name it by where that is not id.
CREATE FUNCTION feed_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_id text;
BEGIN
    IF TG_NARGS > 1 THEN
        row_id := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[1];
    ELSE
        row_id := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END::text;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM feed_marker m
        JOIN feed_event e ON e.id >= m.first_id AND e.known_at >= m.first_known AND e.tx = m.tx
        WHERE m.tx = pg_current_xact_id() AND e.entity = TG_ARGV[0] AND e.entity_id = row_id
    ) THEN
        RAISE EXCEPTION '% % changed without an event: use its actions', TG_ARGV[0], row_id;
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER mark AFTER INSERT ON feed_event REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION feed_mark();
CREATE CONSTRAINT TRIGGER hop AFTER INSERT ON feed_marker DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION feed_hop();
CREATE CONSTRAINT TRIGGER number AFTER UPDATE ON feed_marker DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION feed_number();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON feed_event
    FOR EACH ROW EXECUTE FUNCTION feed_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON feed_event
    FOR EACH STATEMENT EXECUTE FUNCTION feed_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON feed_entry
    FOR EACH ROW EXECUTE FUNCTION feed_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON feed_entry
    FOR EACH STATEMENT EXECUTE FUNCTION feed_refuse();
"""

DROP = """
DROP TABLE feed_marker, feed_entry, feed_event;
DROP FUNCTION feed_guard, feed_refuse, feed_number, feed_hop, feed_mark, feed_digest;
"""


def guard(table: str, entity: str, column: str = "id") -> str:
    """Return the statement that makes `table` feed-backed: no change without an event."""
    arguments = f"'{entity}'" if column == "id" else f"'{entity}', '{column}'"
    return (
        f"CREATE CONSTRAINT TRIGGER feed_guard AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION feed_guard({arguments})"
    )


# One statement for every writer, thin or Django's; body and at are given, known_at is the clock's.
INSERT = """
INSERT INTO feed_event (at, topic, kind, entity, entity_id, actor, scope, geom, body, cause)
SELECT (e->>'at')::timestamptz, e->>'topic', e->>'kind', e->>'entity', e->>'entity_id',
       e->>'actor', e->>'scope', ST_GeomFromEWKB(decode(e->>'geom', 'hex')), e->'body',
       (e->>'cause')::bigint
FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS rows(e, n) ORDER BY n
"""

TAIL = """
SELECT f.seq, f.numbered_at, e.at, e.known_at, e.id, e.topic, e.kind, e.entity, e.entity_id,
       e.actor, e.scope, ST_AsGeoJSON(e.geom, 7) AS geometry, e.body::text AS body, e.cause
FROM feed_entry f JOIN feed_event e ON e.id = f.event_id AND e.known_at = f.known_at
WHERE f.seq > %s::bigint AND f.seq <= %s::bigint ORDER BY f.seq LIMIT %s::int
"""
