"""Addresses of the volunteers' screens."""

from django.urls import path

from tuidang.desk import audit, campaigns, canaries, consents, hours, line, people, requests, views, week

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("held/<str:reasons>/", views.held, name="held"),
    path("held/<str:reasons>/<str:group>/", views.held, name="pattern"),
    path("statement/<int:key>/", views.statement, name="statement"),
    path("chosen/", views.bulk, name="bulk"),
    path("give-back/", views.give_back_all, name="give-back"),
    path("decided/", views.decided, name="decided"),
    path("requests/", requests.requests, name="requests"),
    path("published/<int:leaf>/", requests.published, name="published"),
    path("canaries/", canaries.canaries, name="canaries"),
    path("line/", line.line, name="line"),
    path("line/state/", line.state, name="line-state"),
    path("line/telephone/", line.telephone, name="line-telephone"),
    path("line/here/", line.here, name="line-here"),
    path("line/order/", line.order, name="line-order"),
    path("keys/", views.keys, name="keys"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", consents.ask_export, name="audit-export"),
    path("consents/", consents.consents, name="consents"),
    path("consents/<uuid:key>/", consents.consent, name="consent"),
    path("hours/", hours.hours, name="hours"),
    path("hours/about/", hours.about, name="hours-about"),
    path("hours/pledge/", hours.pledge, name="hours-pledge"),
    path("hours/calendar.ics", hours.calendar, name="hours-calendar"),
    path("week/", week.week, name="week"),
    path("week/take/", week.take, name="week-take"),
    path("week/holes/", week.holes, name="week-holes"),
    path("people/", people.begin, name="begin-people"),
    path("people/<str:call>/", people.people, name="people"),
    path("beside/<str:call>/", people.beside, name="beside"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.settings_of, name="new-campaign"),
    path("sound/<slug:name>/", campaigns.sound, name="sound"),
    path("campaign/<slug:name>/", campaigns.campaign, name="campaign"),
    path("campaign/<slug:name>/messages/", campaigns.messages, name="campaign-messages"),
    path("campaign/<slug:name>/complaint/", campaigns.complaint, name="campaign-complaint"),
    path("campaign/<slug:name>/settings/", campaigns.settings_of, name="campaign-settings"),
    path("campaign/<slug:name>/move/", campaigns.move, name="campaign-move"),
]
