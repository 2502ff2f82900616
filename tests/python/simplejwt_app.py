# djangorestframework-simplejwt 5.5.1 in a project as its documentation writes it, with the blacklist
# and all options at their defaults: the answers that ours are compared with, and tokens to present.
import os
import subprocess
import sys

import django
from django.conf import settings

# Its settings belong to the process: the server with an audience is one of its own.
audience = sys.argv[1:] == ["audience"]
checked = {"AUDIENCE": "orders", "ISSUER": "https://auth.example.com"} if audience else {}

settings.configure(
    SECRET_KEY=os.environ["SECRET"],
    SIMPLE_JWT=checked,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt.token_blacklist",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:accounts?mode=memory&cache=shared",
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework_simplejwt.authentication.JWTAuthentication",
        ]
    },
)
django.setup()

# What is imported here reads the settings.
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.views import TokenBlacklistView, TokenRefreshView

from serving import live_until_input_ends, serve_wsgi


# Who signs in for the first time becomes a user: guarded routes look the row up, and its id, not the
# name, is what tokens are for. "alice" is there from the start, and has the id 1.
@api_view(["POST"])
@permission_classes([AllowAny])
def login(request):
    user, _ = User.objects.get_or_create(username=request.data["username"])
    refresh = RefreshToken.for_user(user)
    for name, value in request.data.get("claims", {}).items():
        refresh[name] = value
    return Response({"access_token": str(refresh.access_token), "refresh_token": str(refresh)})


@api_view(["GET", "POST"])
@permission_classes([IsAuthenticated])
def access(request):
    return Response({"subject": str(request.user.pk)})


@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def optional(request):
    return Response({"subject": request.user.pk and str(request.user.pk)})


@api_view(["GET"])
@permission_classes([IsAuthenticated])
def whoami(request):
    return Response({"subject": str(request.user.pk), "claims": request.auth.payload})


# Its own views, which take `{"refresh": …}` in the body: no guard of it takes a refresh token.
urlpatterns = [
    path("login", login),
    path("refresh", TokenRefreshView.as_view()),
    path("logout", TokenBlacklistView.as_view()),
    path("access", access),
    path("optional", optional),
    path("whoami", whoami),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    User.objects.create(username="alice")
    # One request at a time: connections to a shared database in memory do not wait for each other.
    serve_wsgi({"audience" if audience else "listening": get_wsgi_application()}, threaded=False)
    if not audience:
        subprocess.Popen([sys.executable, __file__, "audience"])
    live_until_input_ends()
