"""The rainstorm of 20 July 2021, generated so that it meets every published figure; simulated."""
