from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "udsyn.desk.rooms.parties"
    label = "parties"

    def ready(self) -> None:
        from udsyn.desk.web import accounts  # noqa: F401  (hears of changed passwords)
