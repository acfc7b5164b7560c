//! HTML as a participant's editor produced it, as plain text that is safe to show.
//!
//! What is recorded is what was received; this is how it is shown and searched (`docs/design.md`,
//! Imports). The tokenizer of `html5ever` reads it as a browser would; no tree is built, so that no
//! nesting, table or attribute can make it recurse. This module knows no event and writes no HTML.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// The longest address that is shown after the words of a link, in bytes.
const LINK_BYTES_MAX: usize = 500;
/// Lists within lists that are still numbered.
const LISTS_MAX: usize = 16;

/// The text of `html`: paragraphs apart by an empty line, list items each on a line, the address of a
/// link in parentheses after its words.
///
/// The result holds no mark-up: wherever a `<` would open a tag, a space follows it. Entities are
/// decoded; scripts, styles, comments and control characters are left out. Any input gives a text.
#[must_use]
pub fn text_of_html(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input); // it only stops early for a script to be run, which we never ask for
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

/// The text of a plain `text`: line ends as `\n`, without control characters, words as they are.
#[must_use]
pub fn text_of_plain(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = lines.chars().filter(|c| *c == '\n' || *c == '\t' || !is_unseen(*c));
    kept.collect::<String>().trim().to_owned()
}

/// Control characters, and those that turn the direction of the text around what follows.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[derive(Default)]
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return writer.start(&tag),
            Token::TagToken(tag) => writer.end(&tag),
            Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// What separates the next word from the last one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Break {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

#[derive(Debug, Default)]
struct Writer {
    text: String,
    pending: Break,
    /// Within an element whose content is not text: its name.
    silent: Option<String>,
    preformatted: bool,
    /// The lists that are open, each with the number of its next item if it is numbered.
    lists: Vec<Option<u64>>,
    /// The link that is open: its address, and where its words begin.
    link: Option<(String, usize)>,
}

impl Writer {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        match name {
            "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" | "textarea"
            | "title" => {
                self.silent = Some(name.to_owned());
                return TokenSinkResult::RawData(match name {
                    "script" => RawKind::ScriptData,
                    "textarea" | "title" => RawKind::Rcdata,
                    _ => RawKind::Rawtext,
                });
            }
            "br" => self.pause(Break::Line),
            "ul" | "ol" => {
                self.pause(Break::Line);
                if self.lists.len() < LISTS_MAX {
                    self.lists.push((name == "ol").then_some(1));
                }
            }
            "li" => self.item(),
            "pre" => {
                self.pause(Break::Paragraph);
                self.preformatted = true;
            }
            "td" | "th" => self.pause(Break::Space),
            "img" => self.image(attribute(tag, "alt")),
            "a" => self.link = attribute(tag, "href").map(|href| (href.to_owned(), self.text.len())),
            _ => self.pause(break_of(name)),
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if self.silent.as_deref() == Some(name) {
            self.silent = None;
        }
        match name {
            "ul" | "ol" => {
                self.lists.pop();
                self.pause(if self.lists.is_empty() { Break::Paragraph } else { Break::Line });
            }
            "pre" => {
                self.preformatted = false;
                self.pause(Break::Paragraph);
            }
            "a" => self.end_link(),
            _ => self.pause(break_of(name)),
        }
    }

    fn pause(&mut self, at_least: Break) {
        self.pending = self.pending.max(at_least);
    }

    fn text(&mut self, text: &str) {
        if self.silent.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                '\n' if self.preformatted => self.pause(Break::Line),
                ' ' | '\t' | '\n' | '\r' | '\x0c' => self.pause(Break::Space),
                _ if is_unseen(c) => {}
                _ => self.character(c),
            }
        }
    }

    fn character(&mut self, c: char) {
        let separator = match self.pending {
            _ if self.text.is_empty() => "",
            Break::None => "",
            Break::Space => " ",
            Break::Line => "\n",
            Break::Paragraph => "\n\n",
        };
        self.text.push_str(separator);
        self.pending = Break::None;
        // What a browser takes for the beginning of a tag, if anybody ever showed this unescaped.
        let opens = c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        if opens && self.text.ends_with('<') {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    fn item(&mut self) {
        self.pause(Break::Line);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}.");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => "-".to_owned(),
        };
        mark.chars().for_each(|c| self.character(c));
        self.pause(Break::Space);
    }

    fn image(&mut self, alt: Option<&str>) {
        if let Some(alt) = alt.filter(|alt| !alt.trim().is_empty()) {
            self.text(&format!("[{}]", alt.trim()));
        }
    }

    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else { return };
        let href = href.trim();
        let worth = ["http://", "https://", "mailto:"].iter().any(|scheme| href.starts_with(scheme));
        let words = self.text.get(from..).unwrap_or_default();
        let shown = words.trim().trim_end_matches('/').ends_with(href.trim_end_matches('/'));
        if worth && !shown && href.len() <= LINK_BYTES_MAX {
            let after = self.pending;
            self.pending = Break::Space;
            let address = href.chars().filter(|c| !c.is_whitespace() && !is_unseen(*c)).collect::<String>();
            format!("({address})").chars().for_each(|c| self.character(c));
            self.pending = after;
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// What stands between the words before and after an element's beginning or end.
fn break_of(name: &str) -> Break {
    match name {
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "table" | "hr"
        | "section" | "article" | "header" | "footer" | "figure" | "dl" | "form" | "address" => {
            Break::Paragraph
        }
        "tr" | "dt" | "dd" | "li" | "caption" | "figcaption" | "option" | "legend" => Break::Line,
        _ => Break::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_lists_and_links_keep_their_sense() {
        let html = "<p>L&rsquo;&Eacute;tat\r\npublie&nbsp;:</p>\r\n\r\n<ul><li>les <b>données</b></li>\
                    <li>le <a href=\"https://example.org/code\">code</a></li></ul><ol><li>un<li>deux</ol>fin";
        assert_eq!(
            text_of_html(html),
            "L’État publie\u{a0}:\n\n- les données\n- le code (https://example.org/code)\n\n1. un\n2. deux\n\nfin"
        );
    }

    #[test]
    fn nothing_of_a_script_a_style_or_a_comment_is_shown() {
        let html = "a<script>alert('<p>x')</script>b<style>p{}</style><!-- c -->d<title>e</title>\
                    <a href=\"javascript:alert(1)\">f</a><img src=x alt=\"carte\" onerror=alert(1)>";
        assert_eq!(text_of_html(html), "abdf[carte]");
    }

    #[test]
    fn a_tag_that_was_escaped_does_not_come_back() {
        assert_eq!(text_of_html("&lt;script&gt;alert(1)&lt;/script&gt;"), "< script>alert(1)< /script>");
        assert_eq!(text_of_html("<<b>img src=x>"), "< img src=x>");
        assert_eq!(text_of_html("1 &lt; 2 &amp; 3"), "1 < 2 & 3");
    }

    #[test]
    fn tables_preformatted_text_and_unclosed_elements_are_read() {
        assert_eq!(text_of_html("<table><tr><td>a<td>b<tr><td>c</table>"), "a b\nc");
        assert_eq!(text_of_html("<pre>a\n b</pre>c"), "a\nb\n\nc");
        assert_eq!(text_of_html("<p>a<p>b<a href=https://x.example>"), "a\n\nb");
        assert_eq!(text_of_html("a<script>never closed"), "a");
        assert_eq!(text_of_html(""), "");
    }

    #[test]
    fn a_link_whose_words_are_its_address_is_written_once() {
        assert_eq!(text_of_html("<a href=\"https://a.example/\">https://a.example</a>"), "https://a.example");
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let html = format!("{}x{}", "<div><table><ul>".repeat(100_000), "</ul>".repeat(100_000));
        assert_eq!(text_of_html(&html), "x");
    }

    #[test]
    fn plain_text_keeps_its_words_and_loses_carriage_returns_and_tricks() {
        assert_eq!(text_of_plain("a\r\nb\rc <b> \u{202e}d\0\n"), "a\nb\nc <b> d");
    }

    /// Fragments that tempt a parser, in any order.
    fn tempting() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("<"),
            Just(">"),
            Just("</"),
            Just("<p>"),
            Just("<script>"),
            Just("</script>"),
            Just("<!--"),
            Just("-->"),
            Just("&lt;"),
            Just("&amp;lt;"),
            Just("&#60;"),
            Just("&#x3c"),
            Just("<a href='https://e.x/<b>'>"),
            Just("</a>"),
            Just("<li>"),
            Just("<ol>"),
            Just("<textarea>"),
            Just("<![CDATA["),
            Just("<?x"),
            Just("<plaintext>"),
            Just("b"),
            Just(" "),
            Just("\0"),
            Just("é"),
            Just("<td rowspan=0 colspan=99999999999>"),
            Just("\""),
            Just("="),
        ]
        .prop_map(str::to_owned);
        proptest::collection::vec(prop_oneof![4 => piece, 1 => ".{0,8}"], 0..40).prop_map(|all| all.concat())
    }

    proptest! {
        #[test]
        fn any_input_gives_a_text_in_which_no_tag_opens(html in tempting()) {
            let text = text_of_html(&html);
            for (at, _) in text.match_indices('<') {
                let next = text[at + 1..].chars().next();
                prop_assert!(!next.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)), "{text:?}");
            }
            prop_assert!(!text.chars().any(|c| c != '\n' && is_unseen(c)), "{text:?}");
        }

        #[test]
        fn text_without_mark_up_keeps_its_words(words in proptest::collection::vec("[a-zé0-9,.]{1,8}", 1..20)) {
            let text = words.join(" ");
            prop_assert_eq!(text_of_html(&text), text.clone());
            prop_assert_eq!(text_of_plain(&text), text);
        }
    }
}
