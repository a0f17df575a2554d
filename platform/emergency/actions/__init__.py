"""The only writers of incidents, units, orders, tasks, plan runs, hazard runs and reports."""
