from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "udsyn.desk.rooms.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        from udsyn.desk.rooms.cooperation import pages  # noqa: F401  (registers the room's pages)
