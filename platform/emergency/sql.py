"""Stamps are written once: what the database itself refuses, whoever asks."""

_FUNCTIONS = """
CREATE FUNCTION emergency_stamp_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    was jsonb := to_jsonb(OLD);
    now jsonb := to_jsonb(NEW);
BEGIN
    -- null to a moment stamps, a moment to null withdraws; another moment would rewrite
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF was ->> name IS NOT NULL AND now ->> name IS NOT NULL AND was -> name <> now -> name THEN
            RAISE EXCEPTION '% of % % is stamped already', name, TG_TABLE_NAME, OLD.id;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE FUNCTION emergency_stamp_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
        OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at' THEN
        RAISE EXCEPTION 'stamp % is kept as it was made: withdraw it and make another', OLD.id;
    END IF;
    RETURN NEW;
END $$;
"""

_ONCE = {
    "emergency_incident": (
        "reported_at", "known_at", "taken_at", "dispatched_at", "en_route_at", "on_scene_at",
        "under_control_at", "closed_at",
    ),
    "emergency_assignment": (
        "dispatched_at", "en_route_at", "on_scene_at", "left_at", "available_at",
    ),
}  # fmt: skip


def _once(table: str, names: tuple[str, ...]) -> str:
    arguments = ", ".join(f"'{name}'" for name in names)
    return (
        f"CREATE TRIGGER stamp_once BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION emergency_stamp_once({arguments});"
    )


WRITE_ONCE = (
    _FUNCTIONS
    + "\n".join(_once(table, names) for table, names in _ONCE.items())
    + """
CREATE TRIGGER stamp_kept BEFORE UPDATE ON emergency_stamp
    FOR EACH ROW EXECUTE FUNCTION emergency_stamp_kept();
"""
)
