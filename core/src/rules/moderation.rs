//! What moderation leaves of a contribution: whether it can be read and whether it is admissible.
//!
//! The measures follow one another in the order of the record (`docs/design.md`, Fates, first rank).
//! This module knows neither who acted nor why.

use super::labels::labels;
use super::vocabulary::{FateCode, ModerationAction};

crate::codes! {
    /// How much of a contribution can be read, from all to nothing.
    pub enum Visibility {
        /// All of it.
        Visible = "visible",
        /// All but some passages.
        Redacted = "redacted",
        /// Nothing here; it lies in the open bin.
        Hidden = "hidden",
        /// Nothing.
        Removed = "removed",
        /// Nothing, for ever: it no longer exists.
        Erased = "erased",
    }
}

labels! { Visibility {
    Visible: "lisible", "readable";
    Redacted: "expurgée en partie", "partly redacted";
    Hidden: "masquée (corbeille ouverte)", "hidden (open bin)";
    Removed: "retirée par la modération", "removed by moderation";
    Erased: "effacée à la demande", "erased on request";
} }

impl Visibility {
    /// The fate that must be said of it; none where everything can be read.
    #[must_use]
    pub const fn fate(self) -> Option<FateCode> {
        match self {
            Self::Visible => None,
            Self::Redacted => Some(FateCode::Redacted),
            Self::Hidden => Some(FateCode::Hidden),
            Self::Removed => Some(FateCode::Removed),
            Self::Erased => Some(FateCode::Erased),
        }
    }

    /// Whether somebody without a particular right may be served the text (redacted: the rest of it).
    #[must_use]
    pub const fn may_be_served(self) -> bool {
        match self {
            Self::Visible | Self::Redacted => true,
            Self::Hidden | Self::Removed | Self::Erased => false,
        }
    }
}

/// Where a contribution stands after its moderations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Moderated {
    /// How much of it can be read.
    pub visibility: Visibility,
    /// Whether it was refused as inadmissible.
    pub inadmissible: bool,
}

impl Moderated {
    /// A contribution that no measure touched.
    pub const UNTOUCHED: Self = Self { visibility: Visibility::Visible, inadmissible: false };

    /// Where it stands after one more measure. What was erased stays erased.
    #[must_use]
    pub const fn after(self, action: ModerationAction) -> Self {
        let asked = match action {
            ModerationAction::Keep => self,
            ModerationAction::Hide => Self { visibility: Visibility::Hidden, ..self },
            ModerationAction::Remove => Self { visibility: Visibility::Removed, ..self },
            ModerationAction::Redact => Self { visibility: Visibility::Redacted, ..self },
            ModerationAction::Restore => Self::UNTOUCHED,
            ModerationAction::Reject => Self { inadmissible: true, ..self },
        };
        match self.visibility {
            Visibility::Erased => Self { visibility: Visibility::Erased, ..asked },
            Visibility::Visible | Visibility::Redacted | Visibility::Hidden | Visibility::Removed => asked,
        }
    }

    /// Where it stands after its text was erased.
    #[must_use]
    pub const fn after_erasure(self) -> Self {
        Self { visibility: Visibility::Erased, ..self }
    }
}

impl Default for Moderated {
    fn default() -> Self {
        Self::UNTOUCHED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: &[ModerationAction]) -> Moderated {
        actions.iter().fold(Moderated::UNTOUCHED, |standing, action| standing.after(*action))
    }

    #[test]
    fn a_hidden_text_restored_redacted_is_served_without_its_passages() {
        let standing = after(&[ModerationAction::Hide, ModerationAction::Redact]);
        assert_eq!(standing.visibility, Visibility::Redacted);
        assert!(standing.visibility.may_be_served());
    }

    #[test]
    fn restoring_undoes_a_refusal_too() {
        assert_eq!(after(&[ModerationAction::Reject, ModerationAction::Restore]), Moderated::UNTOUCHED);
    }

    #[test]
    fn keeping_changes_nothing() {
        for action in ModerationAction::ALL {
            assert_eq!(after(&[*action, ModerationAction::Keep]), after(&[*action]), "{action}");
        }
    }

    #[test]
    fn what_is_erased_stays_erased_whatever_is_decided() {
        for action in ModerationAction::ALL {
            let standing = Moderated::UNTOUCHED.after_erasure().after(*action);
            assert_eq!(standing.visibility, Visibility::Erased, "{action}");
        }
    }

    #[test]
    fn an_inadmissible_text_may_still_be_read_unless_it_is_hidden_too() {
        assert!(after(&[ModerationAction::Reject]).visibility.may_be_served());
        let hidden = after(&[ModerationAction::Reject, ModerationAction::Hide]);
        assert!(hidden.inadmissible && !hidden.visibility.may_be_served());
    }
}
