//! Serves the platform that the suite plays over real HTTP, with or without TLS, on loopback or wherever it is told.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::State, response::IntoResponse};
use bytes::Bytes;
use futures_util::stream;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

use crate::{
    platform::{Delay, Dropped, ForgingPlatform},
    transport,
};

/// The largest request that the suite reads.
const REQUEST_LIMIT: usize = 1 << 20;
/// How long a TLS handshake may take.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A server that ends when it is dropped.
#[derive(Debug)]
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a router on a listener that is bound already.
///
/// # Errors
/// When the listener has no address.
pub fn serve_router(listener: TcpListener, router: Router, tls: Option<Arc<ServerConfig>>) -> io::Result<Served> {
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        // Serving ends only with the task.
        let ended = match tls {
            Some(config) => axum::serve(TlsListener::new(listener, config), router).await,
            None => axum::serve(listener, router).await,
        };
        if let Err(error) = ended {
            tracing::error!(%error, "the server ended");
        }
    });
    Ok(Served { address, task })
}

/// The suite's platform as a router.
pub fn platform_router(platform: ForgingPlatform) -> Router {
    Router::new().fallback(answer).with_state(platform)
}

async fn answer(State(platform): State<ForgingPlatform>, request: axum::extract::Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, REQUEST_LIMIT).await else {
        return http::StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let response = platform.handle(&transport::Request::from_parts(parts, body));
    if response.extensions().get::<Dropped>().is_some() {
        // A body that breaks off makes the server close the connection.
        let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("dropped on purpose")) });
        return http::Response::new(Body::from_stream(broken));
    }
    if let Some(Delay(seconds)) = response.extensions().get::<Delay>().copied() {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    response.map(Body::from)
}

/// Takes connections and hands over those whose TLS handshake succeeded, so that one slow client holds up nobody.
struct TlsListener {
    address: io::Result<SocketAddr>,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    fn new(listener: TcpListener, config: Arc<ServerConfig>) -> Self {
        let address = listener.local_addr();
        let acceptor = TlsAcceptor::from(config);
        let (sender, ready) = mpsc::channel(16);
        tokio::spawn(async move {
            while !sender.is_closed() {
                let Ok((stream, peer)) = listener.accept().await else { continue };
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    match tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => drop(sender.send((stream, peer)).await),
                        Ok(Err(error)) => tracing::info!(%peer, %error, "TLS handshake failed"),
                        Err(_) => tracing::info!(%peer, "TLS handshake took too long"),
                    }
                });
            }
        });
        Self { address, ready }
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends only with this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.address.as_ref().copied().map_err(|error| io::Error::new(error.kind(), error.to_string()))
    }
}
