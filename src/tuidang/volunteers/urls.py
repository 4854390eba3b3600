"""Addresses of signing in and out."""

from django.urls import path
from django.views.i18n import set_language

from tuidang.volunteers import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.change_password, name="password"),
    path("language/", set_language, name="desk-language"),
]
