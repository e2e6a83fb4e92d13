from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "udsyn.desk.rooms.service"
    label = "service"

    def ready(self) -> None:
        from udsyn.desk.rooms.service import pages  # noqa: F401  (registers the room's pages)
