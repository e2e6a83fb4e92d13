from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "udsyn.desk.rooms.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
