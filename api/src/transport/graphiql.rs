//! GraphiQL, the usual page for writing queries, from files inside the executable.
//!
//! The files are built by `api/graphiql/build.sh` and committed with their digests and licences. Nothing is loaded from
//! another host: a policy in the response forbids it. This module serves four files and knows no schema.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    routing::get,
};

/// What the page may do: run its own script, style itself, and talk to its own origin.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `sha256sum` of the other files, in its own format.
const DIGESTS: &str = include_str!("../../assets/graphiql/SHA256SUMS");

const PAGE: File = File {
    name: "index.html",
    content_type: "text/html; charset=utf-8",
    bytes: include_bytes!("../../assets/graphiql/index.html"),
};

const ASSETS: [File; 3] = [
    File {
        name: "graphiql.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/graphiql/graphiql.js"),
    },
    File {
        name: "graphiql.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/graphiql/graphiql.css"),
    },
    File {
        name: "LICENSES.txt",
        content_type: "text/plain; charset=utf-8",
        bytes: include_bytes!("../../assets/graphiql/LICENSES.txt"),
    },
];

/// One file inside the executable.
struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

/// `GET /graphiql` and its files under `/graphiql/assets/`.
pub fn graphiql() -> Router {
    Router::new()
        .route("/graphiql", get(|headers: HeaderMap| async move { serve(&PAGE, &headers) }))
        .route("/graphiql/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    match ASSETS.iter().find(|file| file.name == name) {
        Some(file) => serve(file, &headers),
        None => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

/// The file, or 304 when the reader has it already; its digest is its tag.
fn serve(file: &File, request: &HeaderMap) -> Response<Body> {
    let tag = digest(file.name).map(|digest| format!("\"{digest}\"")).unwrap_or_default();
    let is_known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| !tag.is_empty() && known.split(',').any(|known| known.trim() == tag));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(file.bytes) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The digest that was committed for a file.
fn digest(name: &str) -> Option<&'static str> {
    DIGESTS.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix("  "))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use sha2::{Digest as _, Sha256};
    use tower::ServiceExt as _;

    use super::*;

    async fn fetch(path: &str, known: Option<&str>) -> Response<Body> {
        let mut request = Request::get(path);
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        graphiql().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[test]
    fn the_files_are_those_whose_digests_were_committed() {
        assert_eq!(DIGESTS.lines().count(), ASSETS.len() + 1);
        for file in ASSETS.iter().chain([&PAGE]) {
            let found: String = Sha256::digest(file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest(file.name), Some(found.as_str()), "{}: run api/graphiql/build.sh", file.name);
        }
    }

    #[test]
    fn the_licences_name_graphiql_and_react_with_their_versions() {
        let text = std::str::from_utf8(ASSETS[2].bytes).unwrap();
        for package in ["graphiql 4.1.2 (MIT)", "react 18.3.1 (MIT)", "codemirror 5."] {
            assert!(text.contains(package), "{package}");
        }
    }

    #[test]
    fn the_page_names_no_other_host() {
        let page = std::str::from_utf8(PAGE.bytes).unwrap();
        assert!(!page.contains("//"), "{page}");
        let script = std::str::from_utf8(ASSETS[0].bytes).unwrap();
        for loader in ["esm.sh", "unpkg.com", "jsdelivr", "googleapis"] {
            assert!(!script.contains(loader), "{loader}");
        }
    }

    #[tokio::test]
    async fn the_page_and_its_files_are_served_under_a_policy_that_allows_only_themselves() {
        for path in ["/graphiql", "/graphiql/assets/graphiql.js", "/graphiql/assets/graphiql.css"] {
            let response = fetch(path, None).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(!response.into_body().collect().await.unwrap().to_bytes().is_empty());
        }
        assert_eq!(fetch("/graphiql/assets/SHA256SUMS", None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(fetch("/graphiql/assets/..%2fmain.rs", None).await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_reader_who_has_the_file_gets_304() {
        let first = fetch("/graphiql/assets/graphiql.js", None).await;
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        let second = fetch("/graphiql/assets/graphiql.js", Some(&tag)).await;
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert!(second.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
}
