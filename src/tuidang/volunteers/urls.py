"""Addresses of signing in and out, and of one's own account."""

from django.urls import path
from django.views.i18n import set_language

from tuidang.volunteers import account, joining, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/passkey/", views.sign_in_by_passkey, name="sign-in-passkey"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("join/<str:token>/", joining.join, name="join"),
    path("account/", account.account, name="account"),
    path("account/passkey/", account.passkey, name="add-passkey"),
    path("account/passkey/<uuid:key>/", account.forget_passkey, name="forget-passkey"),
    path("account/app/", account.code_app, name="code-app"),
    path("account/codes/", account.codes, name="codes"),
    path("account/session/<uuid:key>/", account.session, name="session"),
    path("account/sessions/", account.other_sessions, name="other-sessions"),
    path("password/", views.change_password, name="password"),
    path("language/", set_language, name="desk-language"),
]
