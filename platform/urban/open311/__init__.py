"""Open311 GeoReport v2: kinds of case as services, cases as requests; XML and JSON."""
