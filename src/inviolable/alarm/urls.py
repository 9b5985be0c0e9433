"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.alarm import api, views

app_name = "alarm"

urlpatterns: list[URLPattern | URLResolver] = [
    path("alarms/", views.every, name="list"),
    path("alarms/raise/", views.raise_one, name="raise"),
    path("alarms/drills/", views.drills, name="drills"),
    path("alarms/simulate/", views.simulate, name="simulate"),
    path("alarms/siren/", views.siren, name="siren"),
    path("alarms/notifications/", views.notifications, name="notifications"),
    path("alarms/<slug:name>/", views.one, name="alarm"),
    path("alarms/<slug:name>/cap.xml", views.as_cap, name="cap"),
    path("alarms/<slug:name>/reply/", views.reply, name="reply"),
    path("alarms/<slug:name>/end/", views.end, name="end"),
    path("alarms/<slug:name>/make-real/", views.make_real, name="make-real"),
    path("alarms/<slug:name>/warn/", views.warn, name="warn"),
    path("warnings/<slug:name>/", views.warning, name="warning"),
    path("warnings/<slug:name>/retract/", views.retract, name="retract"),
    path("w/<str:token>/", views.confirm, name="confirm"),
    path("api/v1/alarms", api.every, name="api-list"),
    path("api/v1/alarms/<slug:name>", api.one, name="api-alarm"),
    path("api/v1/posts/<slug:slug>/heartbeat", api.heartbeat, name="api-heartbeat"),
    path("api/v1/alarms/<slug:name>/answers", api.answer, name="api-answer"),
    path("api/v1/alarms/<slug:name>/stand-down", api.end, name="api-end"),
    # Short, since it goes out in messages.
    path("a/<str:token>/", views.answer, name="answer"),
]
