from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "udsyn.desk.rooms.posts"
    label = "posts"

    def ready(self) -> None:
        from udsyn.desk.rooms.posts import pages  # noqa: F401  (registers the room's pages)
