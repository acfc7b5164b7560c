//! The address of this site, as whoever reads its pages would type it.
//!
//! The pages name it in the command that checks the record (`docs/operating.md`, Serving). The operator says it with
//! `--site`; else it is what the reader's browser asked for. A reader types what stands here into a terminal: an address
//! with anything but the letters of a host name is not repeated.

use axum::http::{HeaderMap, header};

/// What stands for the address where nobody says it.
const UNKNOWN: &str = "https://SITE";

/// The address without a slash at its end: the operator's word, else the host that was asked for. A server on the reader's
/// own machine speaks clear text; any other is read through TLS.
pub(super) fn site(stated: Option<&str>, headers: &HeaderMap) -> String {
    if let Some(stated) = stated {
        return stated.to_owned();
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).filter(|host| is_host(host));
    let Some(host) = host else { return UNKNOWN.to_owned() };
    let scheme = if is_own_machine(host) { "http" } else { "https" };
    format!("{scheme}://{host}")
}

fn is_host(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ['.', '-', ':', '[', ']'].contains(&c);
    !text.is_empty() && text.len() <= 253 && !text.starts_with('-') && text.chars().all(is_plain)
}

fn is_own_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost" || name.starts_with("127.") || host.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        site(None, &headers)
    }

    #[test]
    fn the_site_is_what_the_operator_says_else_what_was_asked_for() {
        assert_eq!(asked("registre.ville.example"), "https://registre.ville.example");
        assert_eq!(asked("127.0.0.1:8787"), "http://127.0.0.1:8787");
        assert_eq!(asked("localhost:8787"), "http://localhost:8787");
        assert_eq!(asked("[::1]:8787"), "http://[::1]:8787");
        assert_eq!(
            site(Some("https://ville.example/registre"), &HeaderMap::new()),
            "https://ville.example/registre"
        );
        assert_eq!(site(None, &HeaderMap::new()), UNKNOWN);
    }

    #[test]
    fn what_no_host_is_called_never_stands_in_a_command() {
        for host in ["a;reboot", "$(reboot)", "`reboot`", "a b", "--store", "a|b", "a/b", "x&y", "\"", "'"] {
            assert_eq!(asked(host), UNKNOWN, "{host}");
        }
    }
}
