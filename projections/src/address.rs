//! Addresses of a platform, made comparable: people paste them with or without what does not matter.
//!
//! `docs/design.md` (API) asks that a platform's own address finds a contribution. Two addresses that differ in
//! scheme, `www.`, letter case of the host, a slash at the end, a fragment or a tracking mark are the same. This
//! module fetches nothing.

/// The form under which an address is kept and looked up.
pub(crate) fn address_key(url: &str) -> String {
    let bare = url.trim();
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let bare = bare.split_once('#').map_or(bare, |(rest, _)| rest);
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let mut key = host.to_owned();
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        key.push('/');
        key.push_str(path);
    }
    let said: Vec<&str> = query.split('&').filter(|field| !field.is_empty() && !is_tracking(field)).collect();
    if !said.is_empty() {
        key.push('?');
        key.push_str(&said.join("&"));
    }
    key
}

/// The same without its query, for an address that somebody's browser has added to.
pub(crate) fn without_query(key: &str) -> &str {
    key.split_once('?').map_or(key, |(path, _)| path).trim_end_matches('/')
}

fn is_tracking(field: &str) -> bool {
    let name = field.split_once('=').map_or(field, |(name, _)| name);
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_makes_no_difference() {
        let plain = "decide.madrid.es/proposals/123-carril-bici";
        for url in [
            "https://decide.madrid.es/proposals/123-carril-bici",
            "http://www.Decide.Madrid.es/proposals/123-carril-bici/",
            " decide.madrid.es/proposals/123-carril-bici#comments",
            "https://decide.madrid.es/proposals/123-carril-bici?utm_source=x&fbclid=1",
        ] {
            assert_eq!(address_key(url), plain, "{url}");
        }
    }

    #[test]
    fn a_query_that_says_which_item_is_kept() {
        assert_eq!(address_key("https://mairie.example/idees.php?id=12"), "mairie.example/idees.php?id=12");
        assert_eq!(without_query("a.example/p/12?page=2"), "a.example/p/12");
    }
}
