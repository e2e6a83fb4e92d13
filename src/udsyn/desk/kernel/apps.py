from django.apps import AppConfig

from udsyn.desk.kernel.rooms import rooms


class CoreConfig(AppConfig):
    name = "udsyn.desk.kernel"
    label = "core"

    def ready(self) -> None:
        rooms()  # a room that is missing, or named before one that it needs, is told at the start
