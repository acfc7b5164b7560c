//! What changed between two texts, as a reader is told: "« article 5 » became « article 3 »".
//!
//! `docs/design.md` (Trail) asks that versions and corrections show what changed, not the whole text again. The
//! comparison is [`diff`](crate::query::diff)'s; this module only chooses how to say it, and knows no fact.

use crate::query::{Change, ChangeKind};
use crate::trail::Changed;

/// A replacement of so many words at most is told as such: "« article 5 » became « article 3 »".
const BECAME_WORDS_MAX: usize = 6;
/// With more replacements than these, what came and what went is shown.
const BECAME_MAX: usize = 3;

/// What changed, put in words: few words that replace few others by themselves, all else as what came and went.
pub(crate) fn changed(changes: &[Change]) -> Changed {
    let short = |text: &str| (1..=BECAME_WORDS_MAX).contains(&text.split_whitespace().count());
    let mut became = Vec::new();
    let (mut added, mut removed): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut last_kept = "";
    let mut rest = changes.iter().filter(|change| !change.text.trim().is_empty()).peekable();
    while let Some(change) = rest.next() {
        let text = change.text.trim();
        match change.kind {
            ChangeKind::Kept => last_kept = text.rsplit(' ').next().unwrap_or_default(),
            ChangeKind::Added => added.push(text),
            ChangeKind::Removed => {
                match rest.next_if(|next| next.kind == ChangeKind::Added).map(|it| it.text.trim()) {
                    Some(after) if short(text) && short(after) => {
                        let with = |words: &str| format!("{last_kept} {words}").trim().to_owned();
                        became.push((with(text), with(after)));
                    }
                    Some(after) => {
                        removed.push(text);
                        added.push(after);
                    }
                    None => removed.push(text),
                }
            }
        }
    }
    let joined = |runs: Vec<&str>| (!runs.is_empty()).then(|| runs.join(" […] "));
    if became.len() > BECAME_MAX {
        let of = |kind| changes.iter().filter(move |change| change.kind == kind).map(|it| it.text.trim());
        let runs = |kind| joined(of(kind).filter(|run| !run.is_empty()).collect());
        return Changed {
            became: Vec::new(),
            added: runs(ChangeKind::Added),
            removed: runs(ChangeKind::Removed),
        };
    }
    Changed { became, added: joined(added), removed: joined(removed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::diff;

    #[test]
    fn few_words_in_the_place_of_few_others_are_told_with_the_word_before() {
        let told = changed(&diff(
            "En droit : l'article 5 de son règlement l'interdit.",
            "En droit : l'article 3 de son règlement l'interdit.",
        ));
        assert_eq!(told.became, [("l'article 5".to_owned(), "l'article 3".to_owned())]);
        assert_eq!((told.added, told.removed), (None, None));
    }

    #[test]
    fn what_came_and_what_went_by_itself_is_told_apart() {
        let told = changed(&diff("une piste large et verte", "une piste verte"));
        assert_eq!((told.removed.as_deref(), told.added), (Some("large et"), None));
        let told = changed(&diff("une piste", "une piste et des arbres"));
        assert_eq!((told.added.as_deref(), told.removed), (Some("et des arbres"), None));
    }

    #[test]
    fn many_replacements_are_told_as_what_came_and_what_went() {
        let told = changed(&diff("a 1 b 2 c 3 d 4 e", "a 5 b 6 c 7 d 8 e"));
        assert!(told.became.is_empty());
        assert_eq!(told.added.as_deref(), Some("5 […] 6 […] 7 […] 8"));
        assert_eq!(told.removed.as_deref(), Some("1 […] 2 […] 3 […] 4"));
    }
}
