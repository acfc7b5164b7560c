//! A text as people read it: plain, whatever it was written in.
//!
//! What was received is kept in its part (`docs/format.md`, Parts) and never served as such: what is shown,
//! compared and searched is what this module makes of it. It knows no part, no event and no page.

use devenir_core::event::code::TextFormat;

use crate::html::{text_of_html, text_of_plain};

/// The plain text of `text`: no markup, no control characters, lines ended by `\n`.
///
/// Markdown is made to be read as it stands, and is left so.
#[must_use]
pub fn plain_text(format: TextFormat, text: &str) -> String {
    match format {
        TextFormat::Plain | TextFormat::Markdown => text_of_plain(text),
        TextFormat::Html => text_of_html(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_loses_its_markup_and_the_others_keep_their_words() {
        assert_eq!(plain_text(TextFormat::Html, "<p>Th&eacute; &lt; caf&eacute;</p>"), "Thé < café");
        assert_eq!(plain_text(TextFormat::Plain, "a <b> c\r\n"), "a <b> c");
        assert_eq!(plain_text(TextFormat::Markdown, "*a*\r\n\r\n- b"), "*a*\n\n- b");
    }
}
