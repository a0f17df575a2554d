"""What `./zhihui` does once its environment stands: cluster, supervisor, backup, tests.

Nothing here imports Django: commands start in a fraction of a second, and Django's own work is
done by `manage.py` in processes of their own.
"""
