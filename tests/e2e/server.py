"""A server like DrChrono's, on the loopback interface: Django with django-oauth-toolkit.

`server.py DATABASE ROTATES` makes the database, prints its port and serves until it is ended. It
knows one user and one client; every access token lives 48 hours.
"""

import logging
import os
import sys
from socketserver import ThreadingMixIn
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

SCOPES = ["patients:read", "patients:write", "user:read", "clinical:write"]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sys.argv[1],
            "OPTIONS": {"timeout": 30},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
        "rest_framework",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    OAUTH2_PROVIDER={
        "ACCESS_TOKEN_EXPIRE_SECONDS": 172800,
        "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
        # DrChrono's guide names none; a client that brings one is held to it all the same.
        "PKCE_REQUIRED": False,
        "ROTATE_REFRESH_TOKEN": sys.argv[2] == "rotates",
        "SCOPES": {scope: scope for scope in SCOPES},
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "oauth2_provider.contrib.rest_framework.OAuth2Authentication"
        ],
        "DEFAULT_PERMISSION_CLASSES": [
            "oauth2_provider.contrib.rest_framework.TokenMatchesOASRequirements"
        ],
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF="__main__",
    SECRET_KEY="of this run",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request"],
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "registration/login.html": '<form method="post">{% csrf_token %}{{ form }}</form>',
                        },
                    ),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.urls import include, path, re_path
from oauth2_provider.models import Application
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Current(APIView):
    """`/api/users/current`"""

    required_alternate_scopes: ClassVar = {"GET": [["user:read"]]}

    def get(self, request: Request) -> Response:
        """Who has signed in."""
        return Response({"id": request.user.pk, "username": request.user.username})


class Pages(CursorPagination):
    """Pages as DrChrono has them."""

    ordering = "id"
    page_size = 2
    page_size_query_param = "page_size"


class Patients(APIView):
    """`/api/patients`"""

    required_alternate_scopes: ClassVar = {
        "GET": [["patients:read"]],
        "POST": [["patients:write"]],
    }

    def get(self, request: Request) -> Response:
        """The users stand in for patients."""
        pages = Pages()
        found = pages.paginate_queryset(User.objects.all(), request, view=self)
        return pages.get_paginated_response(
            [{"id": it.pk, "last_name": it.last_name} for it in found]
        )

    def post(self, request: Request) -> Response:
        """Never gets here with the token of the test."""
        return Response({}, status=201)


class Documents(APIView):
    """`/api/documents`"""

    required_alternate_scopes: ClassVar = {"POST": [["clinical:write"]]}

    def post(self, request: Request) -> Response:
        """Tells what has arrived."""
        document = request.FILES["document"]
        description = f"{document.name} {document.content_type} {document.size}"
        return Response({"id": 7, "description": description}, status=201)


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/login/", LoginView.as_view()),
    re_path("^api/users/current/?$", Current.as_view()),
    re_path("^api/patients/?$", Patients.as_view()),
    re_path("^api/documents/?$", Documents.as_view()),
]


class Threads(ThreadingMixIn, WSGIServer):
    """A thread for each connection: browsers and clients keep theirs open."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Addresses hold codes and states."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Make what the test needs, and serve."""
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    user = User.objects.create_user(
        "ada", password=os.environ["E2E_PASSWORD"], last_name="Lovelace"
    )
    for name in ["Hopper", "Hamilton"]:
        User.objects.create_user(name.lower(), last_name=name)
    Application.objects.create(
        name="the test",
        user=user,
        client_id=os.environ["E2E_CLIENT_ID"],
        client_secret=os.environ["E2E_CLIENT_SECRET"],
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="http://127.0.0.1/callback",
    )
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threads, Quiet)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
