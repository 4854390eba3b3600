"""Addresses of the volunteers' screens."""

from django.urls import path

from tuidang.desk import campaigns, requests, views

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("held/<str:reasons>/", views.held, name="held"),
    path("held/<str:reasons>/<str:group>/", views.held, name="pattern"),
    path("statement/<int:key>/", views.statement, name="statement"),
    path("chosen/", views.bulk, name="bulk"),
    path("decided/", views.decided, name="decided"),
    path("requests/", requests.requests, name="requests"),
    path("published/<int:leaf>/", requests.published, name="published"),
    path("keys/", views.keys, name="keys"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.settings_of, name="new-campaign"),
    path("sound/<slug:name>/", campaigns.sound, name="sound"),
    path("campaign/<slug:name>/", campaigns.campaign, name="campaign"),
    path("campaign/<slug:name>/messages/", campaigns.messages, name="campaign-messages"),
    path("campaign/<slug:name>/complaint/", campaigns.complaint, name="campaign-complaint"),
    path("campaign/<slug:name>/settings/", campaigns.settings_of, name="campaign-settings"),
    path("campaign/<slug:name>/move/", campaigns.move, name="campaign-move"),
]
