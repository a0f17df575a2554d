"""The entities of SensorThings as they lie in the tables: properties, links, who may see them.

In every piece of SQL `{a}` is the entity's alias and `{b}` that of the entity linked to; `{things}`
selects the ids of the things that the reader may see, `{staff}` is TRUE for all but devices.
"""

import dataclasses
from collections.abc import Mapping

from sensors.sensorthings.nodes import Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Property:
    """One property: its SQL; `inside` are members of an object that are columns of their own.

    `variants` is the SQL of a value of any kind where a certain kind is wanted. One that is never
    null is ordered without a word about nulls: only so does an index give the order.
    """

    sql: str
    kind: Kind = Kind.TEXT
    inside: Mapping[str, "Property"] = dataclasses.field(default_factory=dict)
    variants: Mapping[Kind, str] = dataclasses.field(default_factory=dict)
    filterable: bool = True
    nullable: bool = True
    optional: bool = False  # not shown where there is none


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A navigation property: the entity it leads to, one or many, and the joining condition."""

    target: str
    many: bool
    on: str


@dataclasses.dataclass(frozen=True, slots=True)
class Entity:
    """A kind of entity; `guard` keeps what may be seen, `verb` is the right that is asked for."""

    name: str
    collection: str
    table: str
    properties: Mapping[str, Property]
    links: Mapping[str, Link]
    guard: str
    verb: str = "thing.see"
    key: str = "{a}.id"


_NAME = Property("{a}.name")
_DESCRIPTION = Property("{a}.description")
_ENCODING = Property("{a}.encoding_type")
_JSON = Kind.JSON


def _complex(sql: str, **inside: Property) -> Property:
    """Return an object property whose named members stand in columns."""
    members = ", ".join(f"'{name}', {each.sql}" for name, each in inside.items())
    return Property(f"({sql} || jsonb_build_object({members}))", _JSON, inside)


THING = Entity(
    name="Thing",
    collection="Things",
    table="sensors_thing",
    properties={
        "name": _NAME,
        "description": _DESCRIPTION,
        "properties": _complex(
            "{a}.properties",
            code=Property("{a}.code"),
            kind=Property("{a}.kind"),
            name_en=Property("{a}.name_en"),
            scope=Property("{a}.scope"),
            datum=Property("{a}.datum"),
            simulated=Property("{a}.simulated", Kind.BOOL),
        ),
    },
    links={
        "Locations": Link(
            "Location",
            True,
            "EXISTS (SELECT 1 FROM sensors_location_things m"
            " WHERE m.thing_id = {a}.id AND m.location_id = {b}.id)",
        ),
        "HistoricalLocations": Link("HistoricalLocation", True, "{b}.thing_id = {a}.id"),
        "Datastreams": Link("Datastream", True, "{b}.thing_id = {a}.id"),
    },
    guard="{a}.id IN ({things})",
)

LOCATION = Entity(
    name="Location",
    collection="Locations",
    table="sensors_location",
    properties={
        "name": _NAME,
        "description": _DESCRIPTION,
        "encodingType": _ENCODING,
        "location": Property("{a}.location", _JSON),
        "properties": Property("{a}.properties", _JSON),
    },
    links={
        "Things": Link(
            "Thing",
            True,
            "EXISTS (SELECT 1 FROM sensors_location_things m"
            " WHERE m.location_id = {a}.id AND m.thing_id = {b}.id)",
        ),
        "HistoricalLocations": Link(
            "HistoricalLocation",
            True,
            "EXISTS (SELECT 1 FROM sensors_historicallocation_locations m"
            " WHERE m.location_id = {a}.id AND m.historicallocation_id = {b}.id)",
        ),
    },
    # one that belongs to no thing is seen by staff; of a thing's history, by who sees the thing
    guard="(EXISTS (SELECT 1 FROM sensors_location_things m"
    " WHERE m.location_id = {a}.id AND m.thing_id IN ({things}))"
    " OR EXISTS (SELECT 1 FROM sensors_historicallocation_locations m"
    " JOIN sensors_historicallocation h ON h.id = m.historicallocation_id"
    " WHERE m.location_id = {a}.id AND h.thing_id IN ({things}))"
    " OR ({staff} AND NOT EXISTS (SELECT 1 FROM sensors_location_things m"
    " WHERE m.location_id = {a}.id)))",
)

HISTORICAL_LOCATION = Entity(
    name="HistoricalLocation",
    collection="HistoricalLocations",
    table="sensors_historicallocation",
    properties={"time": Property("{a}.time", Kind.TIME)},
    links={
        "Thing": Link("Thing", False, "{b}.id = {a}.thing_id"),
        "Locations": Link(
            "Location",
            True,
            "EXISTS (SELECT 1 FROM sensors_historicallocation_locations m"
            " WHERE m.historicallocation_id = {a}.id AND m.location_id = {b}.id)",
        ),
    },
    guard="{a}.thing_id IN ({things})",
)

DATASTREAM = Entity(
    name="Datastream",
    collection="Datastreams",
    table="sensors_datastream",
    properties={
        "name": _NAME,
        "description": _DESCRIPTION,
        "observationType": Property("{a}.observation_type"),
        "unitOfMeasurement": _complex(
            "'{{}}'::jsonb",
            name=Property("{a}.unit_name"),
            symbol=Property("{a}.unit_symbol"),
            definition=Property("{a}.unit_definition"),
        ),
        # from the first reading to the newest: looked up for the rows of the answer only
        "phenomenonTime": Property("{a}.id", Kind.TEXT, filterable=False),
        "properties": _complex(
            "{a}.properties", interval_s=Property("{a}.interval_s", Kind.NUMBER)
        ),
    },
    links={
        "Thing": Link("Thing", False, "{b}.id = {a}.thing_id"),
        "Sensor": Link("Sensor", False, "{b}.id = {a}.sensor_id"),
        "ObservedProperty": Link("ObservedProperty", False, "{b}.id = {a}.observed_property_id"),
        "Observations": Link("Observation", True, "{b}.datastream_id = {a}.id"),
    },
    guard="{a}.thing_id IN ({things})",
)

_USED = (
    "EXISTS (SELECT 1 FROM sensors_datastream d"
    " WHERE d.{column} = {{a}}.id AND d.thing_id IN ({{things}}))"
)

SENSOR = Entity(
    name="Sensor",
    collection="Sensors",
    table="sensors_sensor",
    properties={
        "name": _NAME,
        "description": _DESCRIPTION,
        "encodingType": _ENCODING,
        "metadata": Property("{a}.metadata"),
        "properties": Property("{a}.properties", _JSON),
    },
    links={"Datastreams": Link("Datastream", True, "{b}.sensor_id = {a}.id")},
    guard=f"({{staff}} OR {_USED.format(column='sensor_id')})",
)

OBSERVED_PROPERTY = Entity(
    name="ObservedProperty",
    collection="ObservedProperties",
    table="sensors_observedproperty",
    properties={
        "name": _NAME,
        "definition": Property("{a}.definition"),
        "description": _DESCRIPTION,
        "properties": _complex(
            "{a}.properties", code=Property("{a}.code"), name_en=Property("{a}.name_en")
        ),
    },
    links={"Datastreams": Link("Datastream", True, "{b}.observed_property_id = {a}.id")},
    guard=f"({{staff}} OR {_USED.format(column='observed_property_id')})",
)

FEATURE = Entity(
    name="FeatureOfInterest",
    collection="FeaturesOfInterest",
    table="sensors_featureofinterest",
    properties={
        "name": _NAME,
        "description": _DESCRIPTION,
        "encodingType": _ENCODING,
        "feature": Property("{a}.feature", _JSON),
        "properties": Property("{a}.properties", _JSON),
    },
    links={
        "Observations": Link(
            "Observation",
            True,
            "{b}.datastream_id IN (SELECT s.id FROM sensors_datastream s"
            " WHERE s.thing_id = {a}.thing_id)",
        ),
    },
    guard="({a}.thing_id IN ({things}) OR ({staff} AND {a}.thing_id IS NULL))",
)

OBSERVATION = Entity(
    name="Observation",
    collection="Observations",
    table="sensors_observation",
    properties={
        "phenomenonTime": Property("{a}.time", Kind.TIME, nullable=False),
        "resultTime": Property("({a}.told->>'resultTime')::timestamptz", Kind.TIME),
        "result": Property(
            "coalesce({a}.other, to_jsonb({a}.value))",
            _JSON,
            variants={
                Kind.NUMBER: "{a}.value",
                Kind.TEXT: "({a}.other #>> '{{}}')",
                Kind.BOOL: "({a}.other = 'true'::jsonb)",
            },
        ),
        "resultQuality": Property("{a}.told->'resultQuality'", _JSON, optional=True),
        "validTime": Property("{a}.told->>'validTime'", optional=True),
        "parameters": _complex(
            "coalesce({a}.told->'parameters', '{{}}'::jsonb)",
            received_at=Property("{a}.received_at", Kind.TIME),
        ),
    },
    links={
        "Datastream": Link("Datastream", False, "{b}.id = {a}.datastream_id"),
        "FeatureOfInterest": Link(
            "FeatureOfInterest",
            False,
            "{b}.thing_id = (SELECT s.thing_id FROM sensors_datastream s"
            " WHERE s.id = {a}.datastream_id)",
        ),
    },
    guard="{a}.datastream_id IN (SELECT s.id FROM sensors_datastream s"
    " WHERE s.thing_id IN ({things}))",
    verb="observation.see",
    # an id is the datastream and the microseconds of the time, as the door gives it
    key="({a}.datastream_id || '.' || (extract(epoch FROM {a}.time) * 1000000)::bigint)",
)

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        THING,
        LOCATION,
        HISTORICAL_LOCATION,
        DATASTREAM,
        SENSOR,
        OBSERVATION,
        OBSERVED_PROPERTY,
        FEATURE,
    )
}
COLLECTIONS: dict[str, Entity] = {entity.collection: entity for entity in ENTITIES.values()}
