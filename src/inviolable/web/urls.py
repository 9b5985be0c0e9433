"""The addresses of the whole product. Each has a name, and each name has a row in web/access.py."""

from django.urls import include, path

from inviolable.web import public, readership, searches, sign_in, unusual, views, ways, year
from inviolable.web.provider import ID

handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("inviolable.counsel.urls")),
    path("", include("inviolable.incidents.urls")),
    path("", include("inviolable.posts.urls")),
    path("", include("inviolable.outbox.urls")),
    path("", include("inviolable.alarm.urls")),
    path("", include("inviolable.sources.urls")),
    path("", include("inviolable.diplomacy.urls")),
    path("", include("inviolable.door.urls")),
    path("", include("inviolable.card.urls")),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/again/", sign_in.again, name="sign-in-again"),
    path("sign-in/link/<str:token>/", sign_in.sign_in_link, name="sign-in-link"),
    path("sign-in/still-here/", sign_in.still_here, name="still-here"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    # As django-allauth calls them, which looks them up by these names. What is not here of its addresses is not there.
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/passkey/", sign_in.Passkey.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-step/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/provider/", sign_in.provider_login, {"provider_id": ID}, name="openid_connect_login"),
    path("sign-in/provider/back/", sign_in.provider_back, {"provider_id": ID}, name="openid_connect_callback"),
    path("you/", ways.Ways.as_view(), name="mfa_index"),
    path("you/passkeys/add/", ways.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("you/passkeys/<int:pk>/remove/", ways.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("you/codes/add/", ways.AddCodes.as_view(), name="mfa_activate_totp"),
    path("you/codes/remove/", ways.RemoveCodes.as_view(), name="mfa_deactivate_totp"),
    path("incidents/<str:reference>/readership/", readership.readership, name="readership"),
    path("searches/", searches.every, name="searches"),
    path("searches/why/", searches.why, name="search-reason"),
    path("searches/<uuid:notice>/judged/", unusual.judge, name="judge-reading"),
    path("year/<int:year>/", year.year, name="year"),
    path("year/<int:year>.<str:form>", year.paper, name="year-paper"),
    path("language/", views.language, name="language"),
    path("api/v1/openapi.json", public.api, name="api"),
    path("healthz", views.healthz, name="healthz"),
    path("verify/", public.verify, name="verify"),
    path("log/checkpoint", public.checkpoint, name="log-checkpoint"),
    path("beacon", public.beacon, name="beacon"),
    path("witness/add-checkpoint", public.add_checkpoint, name="witness-add-checkpoint"),
]
