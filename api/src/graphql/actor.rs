//! Who acted, as far as the record may show it.
//!
//! `docs/design.md` (Identities) decides what is shown of a person; the trail and the views apply it. This module
//! only says it in the schema's words.

use async_graphql::SimpleObject;
use devenir_core::rules::Role;
use devenir_projections::model::{TextAbsence, Writer};
use devenir_projections::trail::{ActorShown, Unnamed, Vouching};

use super::code::Code;

/// Who acted.
#[derive(Debug, Clone, SimpleObject)]
pub struct Actor {
    /// In which capacity of the record.
    pub role: Code<Role>,
    /// The name, where one may be shown.
    pub name: Option<String>,
    /// Four digits that tell the participants of one consultation apart, where no name is shown.
    pub tag: Option<String>,
    /// The capacity in which somebody signed, in words.
    pub capacity: Option<String>,
    /// The bodies for which they acted.
    pub bodies: Vec<String>,
    /// Whether the act carries the signature of whoever acted, made with a key that they alone hold.
    pub signed: bool,
    /// Who vouches that they did it.
    pub vouching: Code<Vouching>,
    /// Why no name is there; null where there is one, or none was to be expected.
    pub unnamed: Option<Code<Unnamed>>,
}

impl From<&ActorShown> for Actor {
    fn from(shown: &ActorShown) -> Self {
        let ActorShown { role, name, tag, capacity, bodies, vouching, unnamed, author_of: _ } = shown.clone();
        let signed = vouching == Vouching::Holder;
        let (role, vouching, unnamed) = (Code(role), Code(vouching), unnamed.map(Code));
        Self { role, name, tag, capacity, bodies, signed, vouching, unnamed }
    }
}

/// Whoever wrote something, as the record may show it.
#[derive(Debug, Clone, SimpleObject)]
pub struct Participant {
    /// The name, where its holder wanted one shown.
    pub name: Option<String>,
    /// Four digits that tell the participants of one consultation apart, where no name is shown.
    pub tag: Option<String>,
    /// Why neither is there; null where one is.
    pub absent: Option<Code<TextAbsence>>,
}

impl From<&Writer> for Participant {
    fn from(writer: &Writer) -> Self {
        let Writer { name, tag, absent } = writer.clone();
        let tag = tag.filter(|_| name.is_none());
        Self { name, tag, absent: absent.map(Code) }
    }
}
