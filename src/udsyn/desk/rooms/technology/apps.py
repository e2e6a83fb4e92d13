from django.apps import AppConfig


class TechnologyConfig(AppConfig):
    name = "udsyn.desk.rooms.technology"
    label = "technology"
    default_auto_field = "django.db.models.BigAutoField"
