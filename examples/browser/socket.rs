//! A connection that lasts as long as the token that opened it.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::response::Response;
use jwt_runtime::{AccessToken, Ended, jwt_required};
use serde_json::json;
use tokio::time::timeout;

use crate::users::{Account, User};

/// Nothing that clients send is of interest.
const MAX_MESSAGE_BYTES: usize = 1024;

#[jwt_required]
pub(crate) async fn open(
    #[token] token: AccessToken<User>,
    #[user] me: Account,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ended = token.ended();
    let upgrade = upgrade.max_message_size(MAX_MESSAGE_BYTES);
    upgrade.on_upgrade(async move |socket| hold(socket, me, ended).await)
}

async fn hold(mut socket: WebSocket, me: Account, ended: impl Future<Output = Ended>) {
    let greeting = json!({ "user": me }).to_string();
    if socket.send(Message::Text(greeting.into())).await.is_err() {
        return;
    }
    let mut ended = pin!(ended);
    loop {
        tokio::select! {
            why = &mut ended => return close(socket, why).await,
            message = socket.recv() => match message {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

/// Says why, and waits a moment for the client to say goodbye as well.
async fn close(mut socket: WebSocket, why: Ended) {
    let frame = CloseFrame { code: why.close_code(), reason: why.reason().into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        let goodbye = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = timeout(Duration::from_secs(1), goodbye).await;
    }
}
