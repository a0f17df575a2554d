"""SensorThings 1.1 (OGC 18-088): read, create, change and delete what stands in the tables.

Observations are created by the gateway's thin door; everything else of the interface is here.
"""
