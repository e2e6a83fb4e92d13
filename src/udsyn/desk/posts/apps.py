from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "udsyn.desk.posts"
    label = "posts"

    def ready(self) -> None:
        from udsyn.desk.posts import pages  # noqa: F401  (registers the room's pages)
