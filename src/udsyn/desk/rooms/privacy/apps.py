from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "udsyn.desk.rooms.privacy"
    label = "privacy"
