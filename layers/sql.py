"""The feature store's tables: partitioned by layer, so that a layer is replaced in one step."""

TABLES = """
CREATE TABLE layers_feature (
    layer text NOT NULL,
    fid bigint NOT NULL,
    geom geometry(Geometry, 3857) NOT NULL,
    original geometry(Geometry, 4326) NOT NULL,
    anchor geometry(Point, 3857),
    properties jsonb NOT NULL DEFAULT '{}',
    shown_from smallint NOT NULL DEFAULT 0,
    simulated boolean NOT NULL DEFAULT false,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_to timestamptz,
    PRIMARY KEY (layer, fid)
) PARTITION BY LIST (layer);
CREATE INDEX layers_feature_geom ON layers_feature USING gist (geom);

-- what low zooms are drawn from: thinned points with their number, simplified lines and areas
CREATE TABLE layers_level (
    layer text NOT NULL,
    z integer NOT NULL,
    fid bigint NOT NULL,
    n integer NOT NULL DEFAULT 1,
    geom geometry(Geometry, 3857) NOT NULL,
    anchor geometry(Point, 3857),
    properties jsonb NOT NULL DEFAULT '{}',
    shown_from smallint NOT NULL DEFAULT 0
) PARTITION BY LIST (layer);
CREATE INDEX layers_level_z_geom ON layers_level USING gist (z, geom);

-- tiles that hold too many points to be drawn one by one
CREATE TABLE layers_dense (
    layer text NOT NULL,
    z integer NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (layer, z, x, y)
);
"""

# what a layer was: rows that ended; the present stands in layers_feature alone
PAST = """
CREATE TABLE layers_past (
    layer text NOT NULL,
    fid bigint NOT NULL,
    geom geometry(Geometry, 3857) NOT NULL,
    original geometry(Geometry, 4326) NOT NULL,
    anchor geometry(Point, 3857),
    properties jsonb NOT NULL DEFAULT '{}',
    shown_from smallint NOT NULL DEFAULT 0,
    simulated boolean NOT NULL DEFAULT false,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    PRIMARY KEY (layer, fid, valid_from),
    CHECK (valid_from < valid_to)
);
CREATE INDEX layers_past_geom ON layers_past USING gist (geom);
"""
DROP_PAST = "DROP TABLE layers_past;"

DROP = "DROP TABLE layers_feature, layers_level, layers_dense;"

STAGE = """
CREATE TEMPORARY TABLE layers_stage (
    fid bigint NOT NULL, original geometry, properties jsonb NOT NULL, valid_from timestamptz
) ON COMMIT DROP
"""

# a million rows are sorted and indexed in memory, not on disk
ROOM = """
SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL jit = off
"""

# A partition is filled and indexed beside the living one, then takes its place.
PREPARE = """
CREATE TABLE {new} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE {new} ADD CONSTRAINT {new}_layer CHECK (layer = '{layer}');
"""
INDEX_FEATURES = """
ALTER TABLE {new} ADD PRIMARY KEY (layer, fid);
CREATE INDEX ON {new} USING gist (geom);
ANALYZE {new};
"""
INDEX_LEVELS = """
CREATE INDEX ON {new} USING gist (z, geom);
ANALYZE {new};
"""
SWAP = """
DROP TABLE IF EXISTS {name};
ALTER TABLE {new} RENAME TO {name};
ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES IN ('{layer}');
ALTER TABLE {name} DROP CONSTRAINT {new}_layer;
"""

FILL = """
INSERT INTO {new}
    (layer, fid, geom, original, anchor, properties, shown_from, simulated, valid_from)
SELECT '{layer}', fid, geom, original, {anchor}, properties,
       {shown}, %(simulated)s, coalesce(valid_from, %(since)s, now())
FROM (
    SELECT fid, properties, original, ST_Transform({valid}, 3857) AS geom, valid_from
    FROM (SELECT fid, properties, ST_SetSRID(ST_Force2D(original), 4326) AS original, valid_from
          FROM layers_stage) staged
) drawn
ORDER BY geom
"""
BY_CLASS = "coalesce((%(classes)s::jsonb ->> (properties ->> %(by)s::text))::smallint, 0)"
AS_IT_IS = "original"
REPAIRED = (
    "CASE WHEN ST_IsValid(original) THEN original"
    " ELSE ST_CollectionExtract(ST_MakeValid(original), 3) END"
)
# the roomiest place of an area; a plain one is not worth the search
ANCHOR = (
    "CASE WHEN ST_NPoints(geom) > 20 THEN (ST_MaximumInscribedCircle(geom)).center"
    " ELSE ST_PointOnSurface(geom) END"
)

MEASURE = """
SELECT count(*), ST_AsEWKB(ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, 3857), 4326))
FROM {new}
"""
