"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.card import desk, views

app_name = "card"

urlpatterns: list[URLPattern | URLResolver] = [
    path("card/addresses.<str:form>", views.addresses, name="addresses"),
    path("card/<slug:slug>/", views.card, name="card"),
    path("card/<slug:slug>/ask", views.ask, name="ask"),
    path("card/<slug:slug>/emergency", views.emergency, name="emergency"),
    path("posts/<slug:slug>/card/", desk.post, name="post"),
    path("posts/<slug:slug>/card/qr.svg", desk.qr, name="qr"),
    path("posts/<slug:slug>/card/decide/", desk.decide, name="decide"),
    path("posts/<slug:slug>/card/photograph/", desk.photograph, name="photograph"),
]
