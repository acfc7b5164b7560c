//! Closed vocabularies of the record as enums of the schema: mapped here, once, and nowhere else.
//!
//! `docs/design.md` (API) asks for enums in capitals whose values may be added to. A value's name and its
//! description come from the vocabulary itself ([`devenir_core::codes!`]); this module knows no rule.

use std::borrow::Cow;

use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned,
    ServerResult, Value, parser::types::Field,
};
use devenir_core::event::code as event;
use devenir_core::{rules, time};
use devenir_projections as views;

/// A vocabulary that the schema shows as an enum.
pub trait Vocabulary: Copy + Eq + Send + Sync + 'static {
    /// The enum's name in the schema.
    const NAME: &'static str;
    /// What it is.
    const ABOUT: &'static str;

    /// Every value.
    fn all() -> &'static [Self];

    /// The text of a value in the record: its name in the schema, in small letters.
    fn text(self) -> &'static str;

    /// What a value means.
    fn about(self) -> &'static str;
}

/// A value of a vocabulary, as the schema shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code<T>(pub T);

impl<T: Vocabulary> From<T> for Code<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Vocabulary> Code<T> {
    fn name(self) -> Name {
        Name::new(self.0.text().to_ascii_uppercase())
    }

    fn describe() -> MetaType {
        let value = |value: &T| {
            let name = Self(*value).name().to_string();
            let described = MetaEnumValue {
                name: name.clone(),
                description: Some(value.about().to_owned()),
                deprecation: Deprecation::NoDeprecated,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (name, described)
        };
        MetaType::Enum {
            name: T::NAME.to_owned(),
            description: Some(format!("{} Values may be added.", T::ABOUT)),
            enum_values: T::all().iter().map(value).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        }
    }
}

impl<T: Vocabulary> InputType for Code<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| Self::describe())
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let name = match &value {
            Value::Enum(name) => name.as_str(),
            Value::String(name) => name.as_str(),
            Value::Null
            | Value::Number(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::List(_)
            | Value::Object(_) => return Err(InputValueError::expected_type(value)),
        };
        let is_meant = |known: &&T| Self(**known).name().as_str() == name;
        let found = T::all().iter().find(is_meant).copied();
        found
            .map(Self)
            .ok_or_else(|| InputValueError::custom(format!("`{name}` is not a value of {}", T::NAME)))
    }

    fn to_value(&self) -> Value {
        Value::Enum(self.name())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Vocabulary> OutputType for Code<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| Self::describe())
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Enum(self.name()))
    }
}

/// Maps vocabularies: the type, its name in the schema, what it is.
macro_rules! vocabularies {
    ($($type:ty = $name:literal, $about:literal;)+) => {
        $(impl Vocabulary for $type {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = $about;

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn text(self) -> &'static str {
                self.as_str()
            }

            fn about(self) -> &'static str {
                self.meaning()
            }
        })+
    };
}

vocabularies! {
    event::ConsultationKind = "ConsultationKind", "What sort of consultation it is.";
    event::RulesOrigin = "RulesOrigin", "Whose rules a consultation follows.";
    event::ContributionKind = "ContributionKind", "What sort of contribution it is.";
    event::ReferenceKind = "ReferenceKind", "What sort of text of the authority it is.";
    event::Channel = "Channel", "By which way something reached the record.";
    event::Activity = "Activity", "What a phase admits.";
    event::Stage = "Stage", "A stage of a consultation that a record covers or not.";
    event::Side = "Side", "Which side an argument takes.";
    event::Opinion = "Opinion", "A body's opinion on an amendment.";
    event::BallotKind = "BallotKind", "What a ballot asks for.";
    event::Choice = "Choice", "What a vote says.";
    event::InvalidVote = "InvalidVoteGround", "Why a vote was set aside.";
    event::ThresholdKind = "ThresholdKind", "What reaching a threshold brings.";
    event::DutyStart = "DutyStart", "What starts the delay to answer.";
    event::AppealOutcome = "AppealOutcome", "What an appeal's decision does to the act appealed against.";
    event::Correction = "CorrectionKind", "What a correction of a response mends.";
    event::PointerKind = "PointerKind", "What a pointer points at.";
    event::DebatePlace = "DebatePlace", "Where a debate was held.";
    event::Followed = "Followed", "Whether a recommendation is followed.";
    event::CoauthorChange = "CoauthorChange", "What happened to a list of coauthors.";
    event::Assurance = "Assurance", "How sure a platform is of the people it speaks for.";
    event::Custody = "Custody", "Who holds the secret of a key that signs.";
    event::RevocationCause = "RevocationCause", "Why a role is taken back.";
    event::GapCause = "GapCause", "Why something is missing from a source.";
    event::ErasureScope = "ErasureScope", "Which of a thing's parts an erasure is about.";
    event::ErasureGround = "ErasureGround", "Why something is erased.";
    event::Requester = "ErasureRequester", "Who asks for an erasure.";
    event::ErasureOutcome = "ErasureOutcome", "What is decided on an erasure.";
    event::ErasureRefusal = "ErasureRefusal", "Why something is not erased.";
    event::Trust = "Trust", "Where a fact came from: NATIVE facts were checked against the rules, OBSERVED ones are what a source said.";
    event::ReasonCode = "ReasonCode", "Why an authority decided as it did.";
    rules::AmendmentFate = "AmendmentFate", "What became of an amendment.";
    rules::DutyKind = "DutyKind", "How strongly a rule asks for an answer.";
    rules::FateCode = "FateCode", "What became of a contribution: the one vocabulary of outcomes.";
    rules::Ground = "Ground", "Why a moderator or an admissibility body acted.";
    rules::ModerationAction = "ModerationAction", "What a moderation does to a text.";
    rules::Norm = "Norm", "Something that the rules of a consultation ask.";
    rules::Outcome = "Outcome", "What a response of an authority states.";
    rules::Rank = "FateRank", "What a headline rests on, the strongest first.";
    rules::Role = "Role", "The capacity in which somebody acts.";
    rules::Visibility = "Visibility", "How much of a text can be read.";
    time::Precision = "DatePrecision", "How precise a claimed time is.";
    views::model::SubjectKind = "ContributionForm", "What something is that people wrote and that acts are about.";
    views::model::TextAbsence = "TextAbsence", "Why a text is not there.";
    views::trail::Vouching = "Vouching", "Who vouches for an act.";
    views::trail::Unnamed = "NameAbsence", "Why no name is shown.";
    views::query::ChangeKind = "ChangeKind", "What became of some words between two versions.";
}
