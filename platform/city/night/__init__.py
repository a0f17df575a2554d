"""The night of a rainstorm as people live it: calls, cases, orders, warnings, by public doors."""
