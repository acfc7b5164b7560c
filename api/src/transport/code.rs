//! The closed table of error codes: everything that this API ever says in `errors[].extensions.code`.
//!
//! `docs/api-errors.md` is printed from this table and compared with it by a test; a code is never reused for
//! another meaning. This module knows the words and their HTTP status, nothing about when they are said.

use axum::http::StatusCode;

/// The status of a document that is not valid against the schema, for `application/graphql-response+json`.
///
/// The official audit still asks for 400 where the draft of 2026 says 422; both are a SHOULD. One constant, so that
/// the day the audit moves is a change of one line.
pub const VALIDATION_STATUS: StatusCode = StatusCode::BAD_REQUEST;

/// What had been understood of a request when it was refused; it decides what the HTTP status may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The HTTP request carries no GraphQL request that could be judged. The status is always the table's.
    Http,
    /// The GraphQL request was read and refused before anything ran. Clients that accept only `application/json`
    /// are of the time when this was answered 200, and get it.
    Document,
    /// The server gave up on the whole answer. The status is always the table's.
    Server,
    /// One field has no value; the rest of the answer stands, with status 200.
    Field,
}

macro_rules! codes {
    ($($variant:ident $name:literal $stage:ident $status:expr, $meaning:literal;)*) => {
        /// Why a request, or one field of it, got no answer. Values may be added, never removed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $(#[doc = $meaning] $variant,)* }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The word that clients compare with.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name,)* }
            }

            /// The HTTP status of a response that is only this error.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(ErrorCode::$variant => $status,)* }
            }

            /// How far the request had come.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self { $(ErrorCode::$variant => Stage::$stage,)* }
            }

            /// What it means and what the caller can do, in one or two sentences.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(ErrorCode::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    MalformedRequest "MALFORMED_REQUEST" Http StatusCode::BAD_REQUEST,
        "The body or the URL does not hold a GraphQL request: not JSON, no `query`, or a member of the wrong type. Send an object with `query` (string), and optionally `operationName` (string), `variables` and `extensions` (objects).";
    BatchingNotSupported "BATCHING_NOT_SUPPORTED" Http StatusCode::BAD_REQUEST,
        "The body is an array of requests. Send them one by one, or ask for several fields in one document.";
    NotAcceptable "NOT_ACCEPTABLE" Http StatusCode::NOT_ACCEPTABLE,
        "The `Accept` header excludes everything that this API can answer. Accept `application/graphql-response+json` or `application/json`.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" Http StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "The body is not declared as JSON in UTF-8. Send `Content-Type: application/json`; forms, plain text and multipart are refused so that no foreign web page can post in a reader's name.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" Http StatusCode::METHOD_NOT_ALLOWED,
        "This URL answers GET and POST. The `Allow` header lists what it takes.";
    MutationOverGet "MUTATION_OVER_GET" Http StatusCode::METHOD_NOT_ALLOWED,
        "A mutation was asked for with GET, which must never change anything. Send it with POST.";
    BodyTooLarge "BODY_TOO_LARGE" Http StatusCode::PAYLOAD_TOO_LARGE,
        "The body is larger than the limit. Files are not uploaded through GraphQL.";
    RequestTimeout "REQUEST_TIMEOUT" Http StatusCode::REQUEST_TIMEOUT,
        "The body did not arrive in time.";
    InvalidIdempotencyKey "INVALID_IDEMPOTENCY_KEY" Http StatusCode::BAD_REQUEST,
        "The `Idempotency-Key` header is not a UUID, or it contradicts the `idempotencyKey` of the input.";
    Unauthenticated "UNAUTHENTICATED" Http StatusCode::UNAUTHORIZED,
        "The credential is missing, unknown or no longer valid. A wrong one refuses the whole request with this status; a command asked for without any is refused as a field: this code, `data`, and status 200.";
    DocumentTooLarge "DOCUMENT_TOO_LARGE" Document StatusCode::PAYLOAD_TOO_LARGE,
        "The document itself is larger than the limit. Move values into `variables`, and split the rest.";
    ParseFailed "PARSE_FAILED" Document StatusCode::BAD_REQUEST,
        "The document is not GraphQL. `locations` points at the first character that could not be read.";
    ValidationFailed "VALIDATION_FAILED" Document VALIDATION_STATUS,
        "The document, or a variable, does not fit the schema. Compare it with the SDL or with GraphiQL.";
    OperationNotFound "OPERATION_NOT_FOUND" Document StatusCode::BAD_REQUEST,
        "`operationName` names none of the operations of the document, or it is missing and the document has several.";
    SubscriptionNotSupported "SUBSCRIPTION_NOT_SUPPORTED" Document StatusCode::BAD_REQUEST,
        "Subscriptions do not travel over this URL.";
    DocumentTooDeep "DOCUMENT_TOO_DEEP" Document StatusCode::BAD_REQUEST,
        "Fields, or brackets, are nested deeper than the limit. Start again from the `id` of an inner object.";
    TooManySelections "TOO_MANY_SELECTIONS" Document StatusCode::BAD_REQUEST,
        "Once its fragments are expanded the document asks for more fields than the limit. It was refused before it was expanded.";
    TooManyAliases "TOO_MANY_ALIASES" Document StatusCode::BAD_REQUEST,
        "Once its fragments are expanded the operation has more aliases than the limit. Use `nodes(ids:)`, a connection, or several requests.";
    TooManyDirectives "TOO_MANY_DIRECTIVES" Document StatusCode::BAD_REQUEST,
        "Once its fragments are expanded the operation has more directives than the limit.";
    IntrospectionTooDeep "INTROSPECTION_TOO_DEEP" Document StatusCode::BAD_REQUEST,
        "Lists of the schema's own description are nested in one another (`fields { type { fields { … } } }`). The introspection query of the usual tools is well inside the limit.";
    QueryTooCostly "QUERY_TOO_COSTLY" Document StatusCode::BAD_REQUEST,
        "The most that this operation could return, computed from its page sizes before it runs, is above the limit. Ask for smaller pages or fewer nested connections; `extensions.queryCost` of any answer shows the figure.";
    TimedOut "TIMED_OUT" Server StatusCode::GATEWAY_TIMEOUT,
        "The answer was not ready in time, so nothing of it is sent. Ask for less at once.";
    Overloaded "OVERLOADED" Server StatusCode::SERVICE_UNAVAILABLE,
        "Too many queries are running. Nothing was done; try again after the `Retry-After` header.";
    ResponseTooLarge "RESPONSE_TOO_LARGE" Server StatusCode::UNPROCESSABLE_ENTITY,
        "The answer is larger than the limit, so nothing of it is sent. Ask for smaller pages or fewer texts.";
    NodeBudgetExceeded "NODE_BUDGET_EXCEEDED" Field StatusCode::OK,
        "The operation has read as many objects as one request may. What was read before is in the answer.";
    InvalidInput "INVALID_INPUT" Field StatusCode::OK,
        "An argument has the right shape but no acceptable value: out of range, or a malformed date, identifier or number.";
    InvalidPage "INVALID_PAGE" Field StatusCode::OK,
        "A connection was asked for without saying how much of it, or for too much: give exactly one of `first` and `last`, from 1 to 100.";
    InvalidCursor "INVALID_CURSOR" Field StatusCode::OK,
        "`after` or `before` is not a cursor of this list. Cursors are taken from `pageInfo` or `edges`, kept as they are, and used on the list that gave them.";
    IdempotencyKeyMissing "IDEMPOTENCY_KEY_MISSING" Field StatusCode::OK,
        "A command came without `idempotencyKey` in its input and without the `Idempotency-Key` header.";
    NotFound "NOT_FOUND" Field StatusCode::OK,
        "Nothing here has this identifier.";
    Forbidden "FORBIDDEN" Field StatusCode::OK,
        "The credential is valid and does not give the right to this.";
    Unavailable "UNAVAILABLE" Field StatusCode::OK,
        "The store cannot answer now; nothing was written. Try again later.";
    Internal "INTERNAL" Field StatusCode::INTERNAL_SERVER_ERROR,
        "Our fault. The details are in the server's log under `extensions.correlationId`; please report it with that number.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The page `docs/api-errors.md`: one section a code.
    fn markdown() -> String {
        let mut page = String::from(
            "# Error codes of the GraphQL API\n\n\
             Printed from `api/src/transport/code.rs` by `cargo test -p devenir-api` (set `UPDATE=1` to rewrite it).\n\n\
             Every error carries one of these words in `errors[].extensions.code`.\n\
             The list is closed: a word keeps its meaning for ever, and words may be added.\n\
             Texts are for people and may change; compare the code.\n\
             What a rule of a consultation refuses is not an error: it is in `userErrors` of the payload.\n\n\
             A request that was refused as a whole has no `data`, and the status below where the client accepts \
             `application/graphql-response+json`; a refused document is answered 200 where it accepts only \
             `application/json`, as clients of that time expect.\n\
             A code of a field comes beside `data`, with status 200.\n",
        );
        for code in ErrorCode::ALL {
            let status = match code.stage() {
                Stage::Http | Stage::Server => format!("HTTP {}.", code.status().as_u16()),
                Stage::Document => {
                    format!("HTTP {}; 200 where only `application/json` is accepted.", code.status().as_u16())
                }
                Stage::Field if code.status() == StatusCode::OK => "Of a field; HTTP 200.".to_owned(),
                Stage::Field => {
                    format!("Of a field, HTTP 200; of the whole answer, HTTP {}.", code.status().as_u16())
                }
            };
            page.push_str(&format!("\n## {}\n\n{}\n{}\n", code.as_str(), status, code.meaning()));
        }
        page
    }

    #[test]
    fn no_two_codes_share_a_word() {
        let words: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn the_page_of_codes_equals_the_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api-errors.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, markdown()).expect("docs/ can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == markdown(),
            "docs/api-errors.md differs from the table; rewrite it with UPDATE=1 cargo test"
        );
    }
}
