from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "udsyn.desk.rooms.parties"
    label = "parties"

    def ready(self) -> None:
        from udsyn.desk.rooms.parties import pages  # noqa: F401  (registers the room's pages)
        from udsyn.desk.web import accounts  # noqa: F401  (hears of changed passwords)
