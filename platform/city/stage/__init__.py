"""Playing a scenario through the public doors of a running system, and accounting for it."""
