"""The shelf of scenarios: one file each, `./zhihui demo --scenario NAME`."""
