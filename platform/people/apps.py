"""App registration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users, departments, tokens, rights."""

    name = "people"
    verbose_name = "人员与权限 People and rights"
