"""Performances: one file each, see `city.performance`."""
