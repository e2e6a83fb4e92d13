from django.apps import AppConfig

from udsyn.desk.kernel.rooms import rooms


class CoreConfig(AppConfig):
    name = "udsyn.desk.kernel"
    label = "core"

    def ready(self) -> None:
        from udsyn.desk.kernel import finds, privacy, sameness, ties  # noqa: F401 (models beside models.py, known once the row's class is)

        sameness.register()
        rooms()  # a room that is missing, or named before one that it needs, is told at the start
