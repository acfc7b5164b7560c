//! Asking other servers over HTTP: a witness to cosign, a log to show itself.
//!
//! Every answer has a longest length and every question a longest wait, and nothing is asked of anybody but the address that
//! was given, since whoever answers may be hostile; a status that means a refusal, or another address, is an answer like any
//! other. Calls block: a server makes them on threads of their own. This module does not know what is asked.

use std::time::Duration;

/// Puts questions to servers, and keeps their connections open between two.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type, without parameters, where one was stated.
    pub media_type: Option<String>,
    /// Where the server says that it is now: nobody follows.
    pub location: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Where the server points to, or the body as text, for a message: its beginning, on one line.
    #[must_use]
    pub fn said(&self) -> String {
        let text = match &self.location {
            Some(location) => format!("it points to {location}, which is not asked unless you name it"),
            None => String::from_utf8_lossy(&self.body).into_owned(),
        };
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        text.trim().chars().take(200).map(shown).collect()
    }
}

impl Client {
    /// A client that waits for a whole answer no longer than `patience`.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            // What is followed is asked with our address and rights: a log or a witness could have anything asked.
            .max_redirects(0)
            .user_agent(concat!("devenir/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }

    /// Gets what is at `url`, at most `len_max` bytes of it.
    ///
    /// # Errors
    /// [`ClientError`] where there is no whole answer; a refusal is an answer.
    pub fn get(&self, url: &str, len_max: u64) -> Result<Answer, ClientError> {
        answer(url, len_max, self.agent.get(url).call())
    }

    /// Posts `body` to `url`; the answer has at most `len_max` bytes.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post(&self, url: &str, body: &[u8], len_max: u64) -> Result<Answer, ClientError> {
        let request = self.agent.post(url).content_type("text/plain; charset=utf-8");
        answer(url, len_max, request.send(body))
    }
}

type Response = ureq::http::Response<ureq::Body>;

fn answer(url: &str, len_max: u64, answer: Result<Response, ureq::Error>) -> Result<Answer, ClientError> {
    let failed = |source| ClientError { url: url.to_owned(), source: Box::new(source) };
    let mut response = answer.map_err(failed)?;
    let media_type = response.body().mime_type().map(str::to_owned);
    let location = response
        .headers()
        .get("location")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    // A reader that has reached its limit never sees that the body ends there: one byte more is allowed, and refused.
    let body =
        response.body_mut().with_config().limit(len_max.saturating_add(1)).read_to_vec().map_err(failed)?;
    if body.len() as u64 > len_max {
        return Err(failed(ureq::Error::BodyExceedsLimit(len_max)));
    }
    Ok(Answer { status: response.status().as_u16(), media_type, location, body })
}

/// No whole answer: nobody listens, it took too long, or it was too long.
#[derive(Debug, thiserror::Error)]
#[error("no answer from {url}: {source}")]
pub struct ClientError {
    /// What was asked for.
    pub url: String,
    source: Box<ureq::Error>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// A server of one answer; gives its URL.
    fn server(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut request = [0; 4_096];
            assert!(socket.read(&mut request).unwrap() > 0);
            socket.write_all(answer.as_bytes()).unwrap();
            // An answer that is cut off stays so until the client gives up.
            std::thread::sleep(Duration::from_secs(2));
        });
        url
    }

    #[test]
    fn a_refusal_is_an_answer_with_its_media_type() {
        let url = server(
            "HTTP/1.1 409 Conflict\r\ncontent-type: text/x.tlog.size\r\ncontent-length: 3\r\n\r\n12\n",
        );
        let answer = Client::new(Duration::from_secs(5)).post(&url, b"old 0\n", 100).unwrap();
        let media_type = Some("text/x.tlog.size".to_owned());
        assert_eq!(answer, Answer { status: 409, media_type, location: None, body: b"12\n".to_vec() });
    }

    #[test]
    fn an_answer_that_is_too_long_or_never_ends_is_none() {
        for answer in
            ["content-length: 5\r\n\r\n12345", "transfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"]
        {
            let answer: &'static str = format!("HTTP/1.1 200 OK\r\n{answer}").leak();
            assert!(Client::new(Duration::from_secs(5)).get(&server(answer), 4).is_err(), "{answer}");
            let whole = Client::new(Duration::from_secs(5)).get(&server(answer), 5).unwrap();
            assert_eq!(whole.body, b"12345", "as long as it may be: {answer}");
        }
        let url = server("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n123");
        let error = Client::new(Duration::from_millis(300)).get(&url, 100).unwrap_err();
        assert!(error.to_string().starts_with(&format!("no answer from {url}: ")), "{error}");
    }

    #[test]
    fn nobody_is_led_to_another_address() {
        let secret = server("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret");
        let led: &'static str =
            format!("HTTP/1.1 302 Found\r\nlocation: {secret}\r\ncontent-length: 0\r\n\r\n").leak();
        let client = Client::new(Duration::from_secs(5));
        for answer in [client.get(&server(led), 100).unwrap(), client.post(&server(led), b"", 100).unwrap()] {
            assert_eq!((answer.status, answer.body.as_slice()), (302, b"".as_slice()));
            let said = answer.said();
            assert_eq!(said, format!("it points to {secret}, which is not asked unless you name it"));
        }
    }
}
