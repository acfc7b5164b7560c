//! A trail as plain text: what `devenir trace` prints, with the same content as the page.
//!
//! `docs/design.md` (Trail) asks that a reader of the terminal and a reader of the page can answer the same
//! questions. This module breaks lines and knows no sentence.

use devenir_core::rules::Locale;

use super::document::{Labelled, Section, StepShown, TrailDocument};
use super::message::{Message, shortened};

/// No line is narrower than this, whatever is asked.
const WIDTH_MIN: usize = 40;
/// Words of somebody beside a step are cut after so many; the page shows them whole.
const EXCERPT_WORDS_MAX: usize = 160;
/// So many lines of what is folded are shown, then how many more there are.
const FOLDED_MAX: usize = 5;
/// The same, for the reasons of what became of it: a reader must be able to answer "why" from them.
const REASON_WORDS_MAX: usize = 250;

impl TrailDocument {
    /// The document as plain text, lines at most `width` characters wide where words allow.
    #[must_use]
    pub fn render_text(&self, width: usize) -> String {
        let mut page = Page { text: String::new(), width: width.max(WIDTH_MIN) };
        for line in self.banner.iter().chain([&self.today, &self.about, &self.title]) {
            page.paragraph("", "", line);
        }
        page.gap();
        page.paragraph("", "", &self.headline);
        for sentence in &self.beside {
            page.paragraph("", "", sentence);
        }
        for words in &self.why {
            page.labelled("  ", words, REASON_WORDS_MAX, self.locale);
        }
        for section in self.sections_before() {
            page.section(section);
        }
        page.heading(&self.steps_heading);
        if let Some(note) = &self.steps_note {
            page.paragraph("", "", note);
        }
        for step in &self.steps {
            page.step(step, self.locale);
        }
        for section in self.sections_after() {
            page.section(section);
        }
        page.text
    }
}

/// Text being laid out.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.gap();
        self.paragraph("", "", &heading.to_uppercase());
    }

    fn section(&mut self, section: &Section) {
        self.heading(&section.heading);
        for sentence in &section.sentences {
            self.paragraph("- ", "  ", sentence);
        }
    }

    fn step(&mut self, step: &StepShown, locale: Locale) {
        self.paragraph("- ", "  ", &step.sentence);
        for note in step.inherited_from.iter().chain(&step.notes) {
            self.paragraph("  ", "  ", note);
        }
        for remark in &step.remarks {
            let remark = Message::new("remark").words("remark", Some(remark.clone())).say(locale);
            self.paragraph("  ", "  ", &remark);
        }
        for words in &step.details {
            self.labelled("    ", words, EXCERPT_WORDS_MAX, locale);
        }
        self.folded(&step.folded, locale);
    }

    fn folded(&mut self, lines: &[Labelled], locale: Locale) {
        for line in lines.iter().take(FOLDED_MAX) {
            let line = Message::new("folded-line")
                .words("label", Some(&line.label))
                .words("words", Some(&line.words));
            self.paragraph("    ", "      ", &line.say_within(locale));
        }
        let more = lines.len().saturating_sub(FOLDED_MAX);
        if more > 0 {
            let more = Message::new("folded-more").number("count", more as u64).say_within(locale);
            self.paragraph("    ", "    ", &more);
        }
    }

    fn labelled(&mut self, indent: &str, it: &Labelled, words_max: usize, locale: Locale) {
        let url = it.url.iter().filter(|url| **url != it.words).map(|url| format!(" {url}"));
        let url: String = url.collect();
        let shown = shortened(&it.words, words_max);
        let is_cut = shown.ends_with('…') && !it.words.trim_end().ends_with('…');
        let words = format!("{shown}{url}");
        let line = Message::new(if is_cut { "labelled-cut" } else { "labelled" })
            .words("label", Some(&it.label))
            .words("words", Some(words));
        self.paragraph(indent, &format!("{indent}  "), &line.say(locale));
    }

    /// Words broken into lines; those held together by a no-break space stay together.
    fn paragraph(&mut self, first: &str, other: &str, words: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in words.split([' ', '\n']).filter(|word| !word.is_empty()) {
            let room = line.chars().count() + usize::from(!is_empty) + word.chars().count();
            if !is_empty && room > self.width {
                self.text.push_str(&line);
                self.text.push('\n');
                other.clone_into(&mut line);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}
