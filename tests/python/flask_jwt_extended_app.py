# flask-jwt-extended 4.7.4 in an application as its documentation writes it, all options at their
# defaults: the answers that ours are compared with, and tokens to present.
import os

from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
)

from serving import live_until_input_ends, serve_wsgi


def application(cookies=False, **options):
    app = Flask(__name__)
    app.config.update(options, JWT_SECRET_KEY=os.environ["SECRET"])
    if cookies:
        app.config["JWT_TOKEN_LOCATION"] = ["headers", "cookies"]
    manager = JWTManager(app)
    blocklist = set()

    @manager.token_in_blocklist_loader
    def in_blocklist(header, payload):
        return payload["jti"] in blocklist

    @app.post("/login")
    def login():
        user = request.json["username"]
        fresh = request.json.get("fresh", False)
        claims = request.json.get("claims")
        access = create_access_token(user, fresh=fresh, additional_claims=claims)
        refresh = create_refresh_token(user, additional_claims=claims)
        response = jsonify(access_token=access, refresh_token=refresh)
        if cookies:
            set_access_cookies(response, access)
            set_refresh_cookies(response, refresh)
        return response

    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        access = create_access_token(get_jwt_identity(), fresh=False)
        response = jsonify(access_token=access)
        if cookies:
            set_access_cookies(response, access)
        return response

    @app.post("/logout")
    @jwt_required(verify_type=False)
    def logout():
        blocklist.add(get_jwt()["jti"])
        response = jsonify(revoked=True)
        if cookies:
            unset_jwt_cookies(response)
        return response

    @app.route("/access", methods=["GET", "POST"])
    @jwt_required()
    def access():
        return jsonify(subject=get_jwt_identity())

    @app.get("/fresh")
    @jwt_required(fresh=True)
    def fresh():
        return jsonify(subject=get_jwt_identity())

    @app.route("/optional", methods=["GET", "POST"])
    @jwt_required(optional=True)
    def optional():
        return jsonify(subject=get_jwt_identity())

    @app.get("/refresh-guard")
    @jwt_required(refresh=True)
    def refresh_guard():
        return jsonify(subject=get_jwt_identity())

    @app.get("/any")
    @jwt_required(verify_type=False)
    def any_type():
        return jsonify(subject=get_jwt_identity())

    @app.get("/whoami")
    @jwt_required()
    def whoami():
        return jsonify(subject=get_jwt_identity(), claims=get_jwt())

    return app


if __name__ == "__main__":
    issuer, audience = "https://auth.example.com", "orders"
    serve_wsgi({
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
