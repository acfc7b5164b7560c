//! Sentences: a message's name and its arguments, said in French or in English.
//!
//! `docs/design.md` (Trail) asks for one sentence per event type and outcome; they stand in `sentences.fr.ftl`
//! and `sentences.en.ftl`, where plural, gender and elision live. This module knows no event: whoever tells
//! something names a message and gives what it asks for.

use std::sync::LazyLock;

use devenir_core::event::code::Choice;
use devenir_core::rules::{FateCode, Labelled, Locale};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::actor::ActorShown;
use super::context::SubjectName;
use super::moment::Moment;

/// A sentence that is not yet in any language.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    id: String,
    args: Vec<(&'static str, Arg)>,
}

/// What a message asks for, before it has words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arg {
    /// A code that the message selects on.
    Code(&'static str),
    /// Words as somebody gave them: `$name`, and `$name-given` (`yes`, `no`).
    Words(Option<String>),
    /// A number, grouped by thousands as the language does.
    Number(u64),
    /// A moment: `$name` ("le 12 mars 2027"), `$name-date` ("12 mars 2027"), `$name-from` ("du 12 mars 2027"),
    /// and `$name-known` (`yes`, `no`).
    Moment(Moment),
    /// Who acts: `$name` before a verb, `$name-alone` elsewhere, and `$name-apposed` (`yes`, `no`).
    Who(ActorShown),
    /// What is acted on: `$name`, `$name-of`, `$name-to`, and `$name-gender` (`m`, `f`).
    Thing(SubjectName),
    /// A label of the shared vocabulary, in French and English.
    Label(&'static str, &'static str),
    /// A fate, agreeing with the gender of what it is said of.
    Fate(FateCode, &'static str),
    /// Another message, to stand within.
    Within(Box<Message>),
    /// Several names in a row.
    Names(Vec<String>),
    /// Several messages in a row.
    Row(Vec<Message>),
    /// Totals by choice.
    Counts(Vec<(Choice, u64)>),
}

impl Message {
    /// The message of this name.
    pub(super) fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), args: Vec::new() }
    }

    fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((name, arg));
        self
    }

    pub(super) fn code(self, name: &'static str, code: &'static str) -> Self {
        self.with(name, Arg::Code(code))
    }

    pub(super) fn flag(self, name: &'static str, holds: bool) -> Self {
        self.with(name, Arg::Code(if holds { "yes" } else { "no" }))
    }

    pub(super) fn words(self, name: &'static str, words: Option<impl Into<String>>) -> Self {
        self.with(name, Arg::Words(words.map(Into::into)))
    }

    pub(super) fn number(self, name: &'static str, number: impl Into<u64>) -> Self {
        self.with(name, Arg::Number(number.into()))
    }

    pub(super) fn moment(self, name: &'static str, moment: Moment) -> Self {
        self.with(name, Arg::Moment(moment))
    }

    pub(super) fn who(self, actor: &ActorShown) -> Self {
        self.with("who", Arg::Who(actor.clone()))
    }

    pub(super) fn thing(self, name: &'static str, subject: &SubjectName) -> Self {
        self.with(name, Arg::Thing(subject.clone()))
    }

    pub(super) fn label(self, name: &'static str, label: impl Labelled + Copy) -> Self {
        self.with(name, Arg::Label(label.label(Locale::Fr), label.label(Locale::En)))
    }

    pub(super) fn fate(self, code: FateCode, gender: &'static str) -> Self {
        self.with("fate", Arg::Fate(code, gender))
    }

    pub(super) fn within(self, name: &'static str, message: Message) -> Self {
        self.with(name, Arg::Within(Box::new(message)))
    }

    pub(super) fn names(self, name: &'static str, names: Vec<String>) -> Self {
        self.with(name, Arg::Names(names))
    }

    pub(super) fn row(self, name: &'static str, messages: Vec<Message>) -> Self {
        let several = messages.len() > 1;
        self.flag("several", several).with(name, Arg::Row(messages))
    }

    pub(super) fn counts(self, counts: Vec<(Choice, u64)>) -> Self {
        self.with("counts", Arg::Counts(counts))
    }

    /// The sentence in a language, with a capital.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        capital(&self.say_within(locale))
    }

    /// The words in a language, to stand within a sentence.
    #[must_use]
    pub fn say_within(&self, locale: Locale) -> String {
        self.resolve(locale).0
    }

    /// The words, and what could not be resolved: nothing, a test says for every message.
    pub(super) fn resolve(&self, locale: Locale) -> (String, Vec<FluentError>) {
        let mut errors = Vec::new();
        let mut args = FluentArgs::new();
        for (name, arg) in &self.args {
            arg.give(locale, name, &mut args, &mut errors);
        }
        let words = format(locale, &self.id, &args, &mut errors);
        (typeset(locale, &words), errors)
    }
}

impl Arg {
    fn give(
        &self,
        locale: Locale,
        name: &'static str,
        args: &mut FluentArgs<'_>,
        errors: &mut Vec<FluentError>,
    ) {
        let yes = |holds: bool| if holds { "yes" } else { "no" };
        let mut nested = |message: &Message| {
            let (words, found) = message.resolve(locale);
            errors.extend(found);
            words
        };
        match self {
            Self::Code(code) => args.set(name, *code),
            Self::Words(words) => {
                args.set(format!("{name}-given"), yes(words.is_some()));
                args.set(name, words.clone().unwrap_or_default());
            }
            Self::Number(number) => args.set(name, FluentValue::from(*number)),
            Self::Moment(moment) => {
                args.set(format!("{name}-known"), yes(moment.is_known()));
                args.set(format!("{name}-date"), nested(&moment.message("date")));
                args.set(format!("{name}-from"), nested(&moment.message("from")));
                args.set(name, nested(&moment.message("moment")));
            }
            Self::Who(actor) => {
                args.set(format!("{name}-apposed"), yes(actor.is_apposed()));
                args.set(format!("{name}-alone"), nested(&actor.message("actor")));
                args.set(name, nested(&actor.message("who")));
            }
            Self::Thing(subject) => {
                args.set(format!("{name}-gender"), subject.gender());
                args.set(format!("{name}-of"), nested(&subject.message("thing-of")));
                args.set(format!("{name}-to"), nested(&subject.message("thing-to")));
                args.set(name, nested(&subject.message("thing")));
            }
            Self::Label(fr, en) => args.set(
                name,
                match locale {
                    Locale::Fr => *fr,
                    Locale::En => *en,
                },
            ),
            Self::Fate(code, gender) => {
                let fate = Message::new("fate").code("code", code.as_str()).code("gender", gender);
                args.set(name, nested(&fate));
            }
            Self::Within(message) => args.set(name, nested(message)),
            Self::Names(names) => args.set(name, nested(&joined(names))),
            Self::Row(messages) => {
                let words: Vec<String> = messages.iter().map(&mut nested).collect();
                args.set(name, nested(&joined(&words)));
            }
            Self::Counts(counts) => {
                let count = |(choice, count): &(Choice, u64)| {
                    nested(&Message::new("count").code("choice", choice.as_str()).number("count", *count))
                };
                let counts: Vec<String> = counts.iter().map(count).collect();
                let (words, found) = joined(&counts).resolve(locale);
                errors.extend(found);
                args.set(name, words);
            }
        }
    }
}

/// Several names in a row, as a message: "a", "a et b", "a, b et c".
fn joined(names: &[String]) -> Message {
    let (last, before) = names.split_last().map_or((String::new(), &[][..]), |(l, b)| (l.clone(), b));
    Message::new("list")
        .flag("several", !before.is_empty())
        .words("before", Some(before.join(", ")))
        .words("last", Some(last))
}

type Bundle = FluentBundle<FluentResource>;

static FR: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Locale::Fr, include_str!("sentences.fr.ftl"));
    bundle.set_formatter(Some(|value, _| grouped(value, '\u{202f}')));
    bundle
});
static EN: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Locale::En, include_str!("sentences.en.ftl"));
    bundle.set_formatter(Some(|value, _| grouped(value, ',')));
    bundle
});

#[expect(clippy::expect_used, reason = "the sentences are compiled in, and a test reads every one of them")]
fn bundle(locale: Locale, text: &'static str) -> Bundle {
    let lang: LanguageIdentifier = locale.as_str().parse().expect("fr and en are language tags");
    let sentences = FluentResource::try_new(text.to_owned()).expect("the sentences are well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    bundle.set_use_isolating(false);
    bundle.add_resource(sentences).expect("no sentence is there twice");
    bundle
}

fn format(locale: Locale, id: &str, args: &FluentArgs<'_>, errors: &mut Vec<FluentError>) -> String {
    let bundle: &Bundle = match locale {
        Locale::Fr => &FR,
        Locale::En => &EN,
    };
    match bundle.get_message(id).and_then(|message| message.value()) {
        Some(pattern) => bundle.format_pattern(pattern, Some(args), errors).into_owned(),
        None => {
            errors.push(FluentError::ResolverError(fluent_bundle::resolver::ResolverError::NoValue(
                id.to_owned(),
            )));
            id.to_owned()
        }
    }
}

/// Whole numbers in groups of three digits.
fn grouped(value: &FluentValue<'_>, between: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = format!("{:.0}", number.value);
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    Some(text)
}

/// One line; a cut ends a sentence by itself; in French, the signs that stand apart never begin a line.
fn typeset(locale: Locale, words: &str) -> String {
    let line = one_line(words).replace("….", "…");
    match locale {
        Locale::En => line,
        Locale::Fr => [(" :", "\u{a0}:"), (" ;", "\u{a0};"), (" ?", "\u{a0}?"), (" !", "\u{a0}!")]
            .into_iter()
            .chain([("« ", "«\u{a0}"), (" »", "\u{a0}»"), (" %", "\u{a0}%"), ("n° ", "n°\u{a0}")])
            .fold(line, |line, (from, to)| line.replace(from, to)),
    }
}

/// Words on one line, single blanks between them.
pub(super) fn one_line(words: &str) -> String {
    words.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The same words with a capital.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Words that need no cut to be at most so many; none otherwise.
pub(super) fn whole(words: &str, words_max: usize) -> Option<String> {
    let line = one_line(words);
    (shortened(words, words_max) == line).then_some(line)
}

/// At most so many words, the cut shown.
pub(super) fn shortened(words: &str, words_max: usize) -> String {
    let line = one_line(words);
    let kept: Vec<&str> = line.split(' ').take(words_max).collect();
    let text = kept.join(" ");
    let letters_max = words_max * 12;
    if text.chars().count() > letters_max {
        let cut: String = text.chars().take(letters_max).collect();
        return format!("{}…", cut.trim_end());
    }
    if text.len() < line.len() {
        format!("{}…", text.trim_end_matches([',', ';', ':', '.', ' ']))
    } else {
        text
    }
}

/// The first sentence of some words.
pub(super) fn first_sentence(words: &str) -> String {
    let line = one_line(words);
    let ends = line.match_indices(['.', '!', '?']).map(|(at, sign)| at + sign.len());
    let end = ends.into_iter().find(|end| line.get(*end..).is_some_and(|rest| rest.starts_with(' ')));
    end.and_then(|end| line.get(..end)).unwrap_or(&line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let shown = |n: u64| grouped(&FluentValue::from(n), ' ').unwrap();
        assert_eq!(
            [shown(0), shown(214), shown(1_824), shown(2_340_000)],
            ["0", "214", "1 824", "2 340 000"]
        );
    }

    #[test]
    fn a_cut_is_shown_and_falls_between_words() {
        assert_eq!(shortened("un deux\ntrois  quatre", 4), "un deux trois quatre");
        assert_eq!(shortened("un deux, trois", 2), "un deux…");
        assert_eq!(shortened(&"a".repeat(99), 2), format!("{}…", "a".repeat(24)));
    }

    #[test]
    fn the_first_sentence_ends_at_its_sign() {
        assert_eq!(first_sentence("Non. Et voici."), "Non.");
        assert_eq!(first_sentence("La D117 fait 2.5 km"), "La D117 fait 2.5 km");
    }
}
