"""The demo city: a real frame, filled with content generated from a seed and marked simulated."""
