//! `devenir erase`: a request that came to the operator, its decision, and its carrying out.
//!
//! `docs/operating.md` (Erasure). The request is entered as attested, the decision is the controller's, and what is
//! granted is deleted before the command returns. The store must not be served meanwhile: one process writes it.

use super::fail;
use super::print::say;
use crate::act::{Act, Caller, DecideErasure, RequestErasure, Signed};
use crate::app::App;
use crate::find::{Found, find};
use clap::Args;
use devenir_core::event::code::{ErasureGround, ErasureOutcome, ErasureRefusal, ErasureScope, Trust};
use devenir_core::id::{CredentialId, IntentId, StreamId};
use devenir_core::writer::{OsRandom, Random as _, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `devenir erase`.
#[derive(Debug, Args)]
pub(super) struct Erase {
    /// The store's directory.
    #[arg(long)]
    store: PathBuf,
    /// What to erase: a reference, an address, or the id of a vote. Without it, what waits is carried out.
    what: Option<String>,
    /// author, content or all.
    #[arg(long, default_value = "all")]
    scope: ErasureScope,
    /// Why: consent_withdrawn, objection, no_longer_needed, unlawful, legal_obligation, minor, order, third_person.
    #[arg(long, default_value = "consent_withdrawn")]
    ground: ErasureGround,
    /// Whether whoever asks is not the author, but somebody whom it is about.
    #[arg(long)]
    concerned: bool,
    /// Refuse, on this ground: expression, legal_obligation, public_interest, legal_claims, not_theirs, not_personal.
    #[arg(long, requires = "explanation")]
    refuse: Option<ErasureRefusal>,
    /// Why, in words for whoever asked.
    #[arg(long)]
    explanation: Option<String>,
    /// Who decides.
    #[arg(long, required_unless_present = "carry_out")]
    name: Option<String>,
    /// In which capacity.
    #[arg(long, required_unless_present = "carry_out")]
    capacity: Option<String>,
    /// The number under which the request is kept.
    #[arg(long)]
    ticket: Option<String>,
    /// Carry out what was erased and waits, and ask for nothing.
    #[arg(long, conflicts_with = "what")]
    carry_out: bool,
}

type Ended = Result<(), Box<dyn std::error::Error>>;

impl Erase {
    pub(super) fn run(self) -> ExitCode {
        self.erase().map_or_else(|error| fail(error.as_ref(), 1), |()| ExitCode::SUCCESS)
    }

    fn erase(self) -> Ended {
        let app = App::open(&self.store, Arc::new(SystemClock))?;
        let what = self.what.clone();
        if let Some(what) = &what {
            self.ask(&app, what)?;
        }
        let waiting = carry_out(&app)?;
        // Opening the store carries out already what waits for nobody.
        if what.is_none() && waiting == 0 {
            say!("nothing waits: what was decided erased is in no file of the store any more");
        }
        Ok(())
    }

    fn ask(self, app: &App, what: &str) -> Ended {
        let (consultation, target) = named(app, what)?;
        let Self { scope, ground, concerned, refuse, explanation, name, capacity, ticket, .. } = self;
        let request = RequestErasure {
            consultation,
            target,
            scope,
            ground,
            on_behalf_of: None,
            author_token: None,
            concerned: Some(concerned),
            ticket: ticket.clone(),
        };
        let request = give(app, Trust::Attested, &request)?;
        let outcome = if refuse.is_some() { ErasureOutcome::Refused } else { ErasureOutcome::Granted };
        let signatory = Signed { name: name.unwrap_or_default(), capacity: capacity.unwrap_or_default() };
        let decision = DecideErasure {
            consultation,
            request: Some(request),
            target,
            scope,
            ground,
            outcome,
            refusal: refuse,
            explanation,
            signatory,
            ticket,
        };
        let decision = give(app, Trust::Native, &decision)?;
        say!("request:     event_{request}");
        say!("decision:    event_{decision} ({outcome})");
        Ok(())
    }
}

/// Carries out what is due, says so, and gives how many acts still wait.
pub(super) fn carry_out(app: &App) -> Result<usize, Box<dyn std::error::Error>> {
    let carried_out = app.carry_out_erasures()?;
    if carried_out > 0 {
        say!("carried out: {carried_out} acts; their parts are in no file of the store any more");
    }
    let waiting = app.read()?.erasures_due()?.len();
    if waiting > 0 {
        say!("waiting:     {waiting} acts, 10 minutes at most for a witness: start the server, or come back");
    }
    Ok(waiting)
}

/// What a person typed, as an event of a consultation.
pub(super) fn named(app: &App, what: &str) -> Result<(StreamId, IntentId), Box<dyn std::error::Error>> {
    if let Found::Subject(subject) = find(&app.read()?, what)? {
        return Ok((subject.stream, subject.id));
    }
    let id: Option<IntentId> = what.rsplit('_').next().and_then(|id| id.parse().ok());
    let event = id.map_or(Ok(None), |id| app.event(id))?;
    let event =
        event.ok_or_else(|| format!("nothing in this record is `{what}`; give a reference or an id"))?;
    Ok((event.stream, event.id))
}

fn give(app: &App, trust: Trust, act: &impl Act) -> Result<IntentId, Box<dyn std::error::Error>> {
    let caller = Caller { namespace: "admin".into(), trust, credential: CredentialId::FIRST };
    let receipt = app.ask(&caller, &OsRandom.bytes16()?, act)?;
    Ok(receipt.events.first().ok_or("nothing was recorded")?.id)
}
