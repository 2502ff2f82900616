//! What older libraries answer, what this one answers, and why: one table, which is run over HTTP
//! and printed as a page of the documentation.
//!
//! F is fastapi-jwt-auth 0.5.0, X flask-jwt-extended 4.7.4, A authx 1.7.1, S simplejwt 5.5.1; what
//! they answer was observed once, on their own servers.

mod browser;
mod claims;
mod cookie;
mod cookie_jar;
mod csrf;
mod csrf_options;
mod form;
mod header;
mod json;
mod kinds;
mod locations;
mod optional;
mod order;
mod origin;
mod page;
mod query;
mod routes;
mod run;
mod sites;
mod table;
mod token;
mod websocket;
mod websocket_cookie;
