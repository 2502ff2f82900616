# AuthX 1.7.1 in an application as its documentation writes it, all options at their defaults, but
# cookies not Secure: the answers that ours are compared with, and tokens to present.
import os

from authx import AuthX, AuthXConfig, TokenPayload
from fastapi import Depends, FastAPI, Request, Response
from pydantic import BaseModel

from serving import live_until_input_ends, serve_asgi


class Login(BaseModel):
    username: str
    fresh: bool = False
    claims: dict = {}


def application(cookies=False, **options):
    app = FastAPI()
    if cookies:
        options.update(JWT_TOKEN_LOCATION=["headers", "cookies"], JWT_COOKIE_SECURE=False)
    auth = AuthX(AuthXConfig(JWT_SECRET_KEY=os.environ["SECRET"], **options))
    auth.handle_errors(app)
    blocklist = set()

    # By the token as it was sent: its callback is given nothing else.
    @auth.set_callback_token_blocklist
    def in_blocklist(token):
        return token in blocklist

    @app.post("/login")
    def login(body: Login, response: Response):
        access = auth.create_access_token(body.username, fresh=body.fresh, data=body.claims)
        refresh = auth.create_refresh_token(body.username, data=body.claims)
        if cookies:
            auth.set_access_cookies(access, response)
            auth.set_refresh_cookies(refresh, response)
        return {"access_token": access, "refresh_token": refresh}

    @app.post("/refresh")
    def refresh(response: Response, payload: TokenPayload = Depends(auth.refresh_token_required)):
        access = auth.create_access_token(payload.sub)
        if cookies:
            auth.set_access_cookies(access, response)
        return {"access_token": access}

    any_token_required = auth.token_required(verify_type=False)

    @app.post("/logout", dependencies=[Depends(any_token_required)])
    async def logout(request: Request, response: Response):
        token = await auth.get_access_token_from_request(request)
        blocklist.add(token.token)
        if cookies:
            auth.unset_cookies(response)
        return {"revoked": True}

    @app.api_route("/access", methods=["GET", "POST"])
    def access(payload: TokenPayload = Depends(auth.access_token_required)):
        return {"subject": payload.sub}

    @app.get("/fresh")
    def fresh(payload: TokenPayload = Depends(auth.fresh_token_required)):
        return {"subject": payload.sub}

    @app.get("/refresh-guard")
    def refresh_guard(payload: TokenPayload = Depends(auth.refresh_token_required)):
        return {"subject": payload.sub}

    @app.get("/any")
    def any_type(payload: TokenPayload = Depends(any_token_required)):
        return {"subject": payload.sub}

    @app.get("/whoami")
    def whoami(payload: TokenPayload = Depends(auth.access_token_required)):
        return {"subject": payload.sub, "claims": payload}

    return app


if __name__ == "__main__":
    issuer, audience = "https://auth.example.com", "orders"
    serve_asgi({
        "listening": application(),
        "cookies": application(cookies=True),
        "audience": application(
            JWT_ENCODE_ISSUER=issuer,
            JWT_DECODE_ISSUER=issuer,
            JWT_ENCODE_AUDIENCE=audience,
            JWT_DECODE_AUDIENCE=audience,
        ),
    })
    live_until_input_ends()
