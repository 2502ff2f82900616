# fastapi-jwt-auth 0.5.0 in an application as its documentation writes it, with a denylist and all
# other options at their defaults: the answers that ours are compared with, and tokens to present.
import os

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException
from pydantic import BaseModel

from serving import live_until_input_ends, serve_asgi


class Login(BaseModel):
    username: str
    fresh: bool = False
    claims: dict = {}


def application(audience=None, **options):
    app = FastAPI()
    denylist = set()

    # Its settings belong to the class.
    class Auth(AuthJWT):
        pass

    options.update(authjwt_secret_key=os.environ["SECRET"], authjwt_denylist_enabled=True)

    @Auth.load_config
    def config():
        return list(options.items())

    @Auth.token_in_denylist_loader
    def in_denylist(token):
        return token["jti"] in denylist

    @app.exception_handler(AuthJWTException)
    def refuse(request, refusal):
        return JSONResponse(status_code=refusal.status_code, content={"detail": refusal.message})

    @app.post("/login")
    def login(body: Login, auth: AuthJWT = Depends(Auth)):
        issued = {"subject": body.username, "audience": audience, "user_claims": body.claims}
        access = auth.create_access_token(fresh=body.fresh, **issued)
        refresh = auth.create_refresh_token(**issued)
        if auth.jwt_in_cookies:
            auth.set_access_cookies(access)
            auth.set_refresh_cookies(refresh)
        return {"access_token": access, "refresh_token": refresh}

    @app.post("/refresh")
    def refresh(auth: AuthJWT = Depends(Auth)):
        auth.jwt_refresh_token_required()
        access = auth.create_access_token(subject=auth.get_jwt_subject(), audience=audience)
        if auth.jwt_in_cookies:
            auth.set_access_cookies(access)
        return {"access_token": access}

    # It has no guard for tokens of either type, so there are two routes to revoke one.
    @app.post("/logout")
    def logout(auth: AuthJWT = Depends(Auth)):
        auth.jwt_required()
        return revoke(auth)

    @app.post("/logout-refresh")
    def logout_refresh(auth: AuthJWT = Depends(Auth)):
        auth.jwt_refresh_token_required()
        return revoke(auth)

    def revoke(auth):
        denylist.add(auth.get_raw_jwt()["jti"])
        if auth.jwt_in_cookies:
            auth.unset_jwt_cookies()
        return {"revoked": True}

    @app.api_route("/access", methods=["GET", "POST"])
    def access(auth: AuthJWT = Depends(Auth)):
        auth.jwt_required()
        return {"subject": auth.get_jwt_subject()}

    @app.get("/fresh")
    def fresh(auth: AuthJWT = Depends(Auth)):
        auth.fresh_jwt_required()
        return {"subject": auth.get_jwt_subject()}

    @app.api_route("/optional", methods=["GET", "POST"])
    def optional(auth: AuthJWT = Depends(Auth)):
        auth.jwt_optional()
        return {"subject": auth.get_jwt_subject()}

    @app.get("/refresh-guard")
    def refresh_guard(auth: AuthJWT = Depends(Auth)):
        auth.jwt_refresh_token_required()
        return {"subject": auth.get_jwt_subject()}

    @app.get("/whoami")
    def whoami(auth: AuthJWT = Depends(Auth)):
        auth.jwt_required()
        return {"subject": auth.get_jwt_subject(), "claims": auth.get_raw_jwt()}

    return app


if __name__ == "__main__":
    issuer = "https://auth.example.com"
    serve_asgi({
        "listening": application(),
        "cookies": application(authjwt_token_location={"headers", "cookies"}),
        "audience": application(
            audience="orders",
            authjwt_decode_audience="orders",
            authjwt_encode_issuer=issuer,
            authjwt_decode_issuer=issuer,
        ),
    })
    live_until_input_ends()
