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
    received_at   timestamptz NOT NULL
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
    received_at timestamptz NOT NULL
) WITH (fillfactor = 50);
"""

DROP = """
DROP TABLE sensors_observation, sensors_latest, sensors_position, sensors_whereabouts;
"""
