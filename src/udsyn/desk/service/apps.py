from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "udsyn.desk.service"
    label = "service"

    def ready(self) -> None:
        from udsyn.desk.service import pages  # noqa: F401  (registers the room's pages)
