"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.alarm import views

app_name = "alarm"

urlpatterns: list[URLPattern | URLResolver] = [
    path("alarms/", views.every, name="list"),
    path("alarms/raise/", views.raise_one, name="raise"),
    path("alarms/drills/", views.drills, name="drills"),
    path("alarms/simulate/", views.simulate, name="simulate"),
    path("alarms/<slug:name>/", views.one, name="alarm"),
    path("alarms/<slug:name>/reply/", views.reply, name="reply"),
    path("alarms/<slug:name>/end/", views.end, name="end"),
    path("alarms/<slug:name>/make-real/", views.make_real, name="make-real"),
    path("alarms/<slug:name>/warn/", views.warn, name="warn"),
    path("warnings/<slug:name>/", views.warning, name="warning"),
    path("warnings/<slug:name>/retract/", views.retract, name="retract"),
    path("w/<str:token>/", views.confirm, name="confirm"),
    # Short, since it goes out in messages.
    path("a/<str:token>/", views.answer, name="answer"),
]
