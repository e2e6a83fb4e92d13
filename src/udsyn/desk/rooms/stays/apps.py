from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "udsyn.desk.rooms.stays"
    label = "stays"
    default_auto_field = "django.db.models.BigAutoField"
