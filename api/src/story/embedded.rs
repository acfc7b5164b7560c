//! The files of the story, inside the executable: `devenir demo` works from anywhere.
//!
//! A test compares the list of texts with the folder. This module reads no file when it runs.

use std::collections::BTreeMap;

macro_rules! story_file {
    ($($path:literal)+) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/stories/villeneuve-velo/", $($path),+))
    };
}

macro_rules! texts {
    ($($name:literal)+) => { &[$((concat!("texts/", $name), story_file!("texts/" $name))),+] };
}

/// The story itself.
pub(super) const STORY: &str = story_file!("story.toml");
/// What the generator may say.
pub(super) const GENERATED: &str = story_file!("generated.toml");

/// The export of the former town site.
pub(super) const FORMER_SITE: (&str, &str) =
    ("ancien-site_20230630T180000Z.csv", story_file!("ancien-site_20230630T180000Z.csv"));

/// The longer words, by the name under which the story gives them.
const TEXTS: &[(&str, &str)] = texts! {
    "0001.md" "0002.md" "0003.md" "0004.md" "0005.md" "0006.md" "0007-a1.md" "0007-a2.md" "0007-v2.md"
    "0007-v3.md" "0007.md" "0008.md" "0009.md" "0010.md" "0012.md" "0015.md" "0018.md" "0019.md"
    "0021.md" "0024.md" "0027.md" "0030.md" "0031.md" "0033-redacted.md" "0033.md" "0038.md" "0041.md"
    "0067.md" "article-1.md" "article-2.md" "article-3.md" "article-4.md" "article-5.md" "article-6.md"
    "debate-0009.md" "r-0003.md" "r-0006.md" "r-0007.md" "r-0010.md" "r-0012.md" "r-0015.md"
    "r-0021-corrected.md" "r-0021.md" "r-0030-1.md" "r-0030-2.md" "r-0067.md" "r-casques.md"
};

/// The longer words, by the name under which the story gives them.
pub(super) fn texts() -> BTreeMap<String, String> {
    TEXTS.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Read by people only: the rules as they were adopted, and a page of the paper register.
    const FOR_READERS: &[&str] = &["texts/rules.md", "texts/0041-page-14.svg"];

    #[test]
    fn every_text_of_the_folder_is_inside() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories/villeneuve-velo/texts");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("texts/{}", entry.unwrap().file_name().to_string_lossy()))
            .filter(|name| !FOR_READERS.contains(&name.as_str()))
            .collect();
        found.sort();
        assert_eq!(found, texts().into_keys().collect::<Vec<_>>(), "list the file in embedded.rs");
    }
}
