"""The tables of readings and positions, and the statements of their hot paths.

Readings carry no foreign key: the collector knows every datastream, and a check per row would
cost more than the insert. Deleting a datastream deletes its rows in the same action.
"""

TABLES = """
CREATE TABLE sensors_observation (
    datastream_id bigint NOT NULL,
    time          timestamptz NOT NULL,
    value         double precision,
    other         jsonb,
    received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    quality       smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (datastream_id, time)
) PARTITION BY RANGE (time);
CREATE TABLE sensors_observation_default PARTITION OF sensors_observation DEFAULT;

CREATE TABLE sensors_latest (
    datastream_id bigint PRIMARY KEY,
    time          timestamptz NOT NULL,
    value         double precision,
    other         jsonb,
    received_at   timestamptz NOT NULL,
    previous      timestamptz
) WITH (fillfactor = 50);

CREATE TABLE sensors_position (
    thing_id    bigint NOT NULL,
    time        timestamptz NOT NULL,
    geom        geometry(Point, 4326) NOT NULL,
    speed       real,
    course      real,
    accuracy    real,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (thing_id, time)
) PARTITION BY RANGE (time);
CREATE TABLE sensors_position_default PARTITION OF sensors_position DEFAULT;

CREATE TABLE sensors_whereabouts (
    thing_id    bigint PRIMARY KEY,
    time        timestamptz NOT NULL,
    geom        geometry(Point, 4326) NOT NULL,
    speed       real,
    course      real,
    accuracy    real,
    received_at timestamptz NOT NULL,
    previous    timestamptz
) WITH (fillfactor = 50);
"""

DROP = """
DROP TABLE sensors_observation, sensors_latest, sensors_position, sensors_whereabouts;
"""

# What else a sender told of a reading: resultTime, validTime, resultQuality, parameters.
TOLD = "ALTER TABLE sensors_observation ADD COLUMN told jsonb"
NOT_TOLD = "ALTER TABLE sensors_observation DROP COLUMN told"

# All arrays are sorted by (datastream, time): two writers take rows in one order, no deadlock.
INSERT = """
INSERT INTO sensors_observation (datastream_id, time, value, other, told, received_at)
SELECT d, t, v, o, w, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::jsonb[], %s::jsonb[])
AS rows(d, t, v, o, w)
ON CONFLICT DO NOTHING
"""

# Numbers only, as nearly always.
INSERT_PLAIN = """
INSERT INTO sensors_observation (datastream_id, time, value, received_at)
SELECT d, t, v, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[]) AS rows(d, t, v)
ON CONFLICT DO NOTHING
"""

COPY = """
COPY sensors_observation (datastream_id, time, value, received_at) FROM STDIN (FORMAT binary)
"""

# Rows that were there before this transaction, with what they hold now.
KNOWN = """
SELECT o.datastream_id, o.time, o.value, o.other::text, o.told::text
FROM unnest(%s::bigint[], %s::timestamptz[]) AS rows(d, t)
JOIN sensors_observation o ON o.datastream_id = d AND o.time = t
WHERE o.xmin <> pg_current_xact_id()::xid
"""

# The change reads `old`: were it beside it, it could come first, and nothing would be kept.
REVISE = """
WITH old AS MATERIALIZED (
    SELECT datastream_id, time, value, other, told, received_at FROM sensors_observation
    WHERE datastream_id = %(d)s::bigint AND time = %(t)s::timestamptz FOR NO KEY UPDATE
), kept AS (
    INSERT INTO sensors_revision (datastream_id, time, value, other, told, received_at, replaced_at)
    SELECT *, %(r)s::timestamptz FROM old
)
UPDATE sensors_observation o SET value = %(v)s::float8, other = %(o)s::jsonb,
       told = %(w)s::jsonb, received_at = %(r)s::timestamptz
FROM old WHERE o.datastream_id = old.datastream_id AND o.time = old.time
"""

# A reading is taken out: the newest row, which is the stream's lock, first; then the reading, which
# is kept among the revisions; then the newest row again, from what is left.
LOCK_LATEST = "SELECT 1 FROM sensors_latest WHERE datastream_id = %(d)s::bigint FOR UPDATE"
FORGET = """
WITH old AS (
    DELETE FROM sensors_observation
    WHERE datastream_id = %(d)s::bigint AND time = %(t)s::timestamptz
    RETURNING datastream_id, time, value, other, told, received_at
)
INSERT INTO sensors_revision (datastream_id, time, value, other, told, received_at, replaced_at)
SELECT *, %(now)s::timestamptz FROM old
"""
LATEST_AGAIN = """
WITH newest AS (
    SELECT time, value, other, received_at FROM sensors_observation
    WHERE datastream_id = %(d)s::bigint ORDER BY time DESC LIMIT 1
), gone AS (
    DELETE FROM sensors_latest
    WHERE datastream_id = %(d)s::bigint AND NOT EXISTS (SELECT 1 FROM newest)
)
UPDATE sensors_latest l SET time = n.time, value = n.value, other = n.other,
       received_at = n.received_at, previous = NULL
FROM newest n WHERE l.datastream_id = %(d)s::bigint AND l.time = %(t)s::timestamptz
"""

# Returns the streams whose newest reading this is, with the time of the one before; a stream that
# is not returned got older readings only. Its row is locked either way: it is the stream's lock.
LATEST = """
INSERT INTO sensors_latest (datastream_id, time, value, other, received_at)
SELECT d, t, v, o, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::jsonb[]) AS rows(d, t, v, o)
ON CONFLICT (datastream_id) DO UPDATE
SET previous = sensors_latest.time, time = excluded.time, value = excluded.value,
    other = excluded.other, received_at = excluded.received_at
WHERE excluded.time >= sensors_latest.time
RETURNING datastream_id, previous
"""

LATEST_PLAIN = """
INSERT INTO sensors_latest (datastream_id, time, value, received_at)
SELECT d, t, v, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[]) AS rows(d, t, v)
ON CONFLICT (datastream_id) DO UPDATE
SET previous = sensors_latest.time, time = excluded.time, value = excluded.value,
    other = NULL, received_at = excluded.received_at
WHERE excluded.time >= sensors_latest.time
RETURNING datastream_id, previous
"""

HISTORY = """
SELECT datastream_id, extract(epoch FROM time)::float8, value FROM sensors_observation
WHERE datastream_id = ANY(%s::bigint[]) AND time > %s::timestamptz AND value IS NOT NULL
  AND (told IS NULL OR NOT told @> '{"resultQuality": {"usable": false}}')
ORDER BY datastream_id, time
"""

POSITIONS = """
INSERT INTO sensors_position (thing_id, time, geom, speed, course, accuracy, received_at)
SELECT i, t, ST_SetSRID(ST_MakePoint(x, y), 4326), s, c, a, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::float8[],
            %s::real[], %s::real[], %s::real[]) AS rows(i, t, x, y, s, c, a)
ON CONFLICT DO NOTHING
"""

WHEREABOUTS = """
INSERT INTO sensors_whereabouts (thing_id, time, geom, speed, course, accuracy, received_at)
SELECT i, t, ST_SetSRID(ST_MakePoint(x, y), 4326), s, c, a, %s::timestamptz
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::float8[],
            %s::real[], %s::real[], %s::real[]) AS rows(i, t, x, y, s, c, a)
ON CONFLICT (thing_id) DO UPDATE
SET previous = sensors_whereabouts.time, time = excluded.time, geom = excluded.geom,
    speed = excluded.speed, course = excluded.course, accuracy = excluded.accuracy,
    received_at = excluded.received_at
WHERE excluded.time > sensors_whereabouts.time
RETURNING thing_id, previous
"""
