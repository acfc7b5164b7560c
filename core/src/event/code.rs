//! The closed vocabularies that facts and parts are written in, beside those of the rules.
//!
//! `docs/events.md` lists them with their values. Fates, grounds and moderators' actions belong to
//! [`rules`](crate::rules); this module knows no event and no rule.

use crate::codes;

codes! {
    /// What sort of consultation it is.
    pub enum ConsultationKind {
        /// A town or a State asks about a plan.
        Consultation = "consultation",
        /// A petition site.
        PetitionSite = "petition_site",
        /// A register of initiatives or proposals.
        ProposalRegister = "proposal_register",
        /// A bill put to the public.
        Bill = "bill",
        /// A public inquiry.
        PublicInquiry = "public_inquiry",
        /// A participatory budget.
        ParticipatoryBudget = "participatory_budget",
    }
}

codes! {
    /// What a key signs.
    pub enum KeyPurpose {
        /// The ledger's checkpoints.
        Checkpoint = "checkpoint",
        /// The ledger's promises.
        Promise = "promise",
        /// The acts of somebody with a role.
        Signer = "signer",
    }
}

codes! {
    /// Whose rules a consultation follows.
    pub enum RulesOrigin {
        /// Rules recorded here, which native commands must respect.
        Native = "native",
        /// Rules of another platform, known through what it shows.
        Observed = "observed",
    }
}

codes! {
    /// What sort of contribution it is.
    pub enum ContributionKind {
        /// An idea of something to do.
        Proposal = "proposal",
        /// An opinion on a text or a plan.
        Opinion = "opinion",
        /// A question to the authority.
        Question = "question",
        /// A petition.
        Petition = "petition",
        /// An initiative under a law of initiatives.
        Initiative = "initiative",
        /// An observation in a public inquiry.
        Observation = "observation",
    }
}

codes! {
    /// What sort of reference text it is.
    pub enum ReferenceKind {
        /// An article of a bill or a plan.
        Article = "article",
        /// A measure of a plan.
        Measure = "measure",
        /// A question put to the public.
        Question = "question",
        /// A project.
        Project = "project",
    }
}

codes! {
    /// By which way something reached the record.
    pub enum Channel {
        /// A site or an application.
        Web = "web",
        /// A paper register.
        Paper = "paper",
        /// A meeting.
        Meeting = "meeting",
        /// The telephone.
        Telephone = "telephone",
        /// A letter or a message.
        Letter = "letter",
        /// An export of another platform.
        Import = "import",
    }
}

codes! {
    /// The language of a text (ISO 639-1), `und` where nobody said.
    pub enum Lang {
        /// French.
        Fr = "fr",
        /// English.
        En = "en",
        /// Spanish.
        Es = "es",
        /// Catalan.
        Ca = "ca",
        /// German.
        De = "de",
        /// Italian.
        It = "it",
        /// Portuguese.
        Pt = "pt",
        /// Dutch.
        Nl = "nl",
        /// Breton.
        Br = "br",
        /// Basque.
        Eu = "eu",
        /// Occitan.
        Oc = "oc",
        /// Corsican.
        Co = "co",
        /// Not said.
        Und = "und",
    }
}

codes! {
    /// How a text is written.
    pub enum TextFormat {
        /// Plain text; line ends are line ends.
        Plain = "plain",
        /// HTML, kept as received; shown as plain text only.
        Html = "html",
        /// Markdown, shown as plain text.
        Markdown = "markdown",
    }
}

codes! {
    /// What a phase admits.
    pub enum Activity {
        /// Contributions are submitted and revised.
        Submissions = "submissions",
        /// Amendments are submitted.
        Amendments = "amendments",
        /// Arguments, comments and sources are posted.
        Debate = "debate",
        /// Votes are cast.
        Votes = "votes",
        /// The authority examines.
        Review = "review",
        /// The authority answers.
        Answers = "answers",
    }
}

codes! {
    /// What a stage of a consultation a record covers.
    pub enum Stage {
        /// Contributions.
        Submissions = "submissions",
        /// Their versions.
        Versions = "versions",
        /// Votes or counters.
        Votes = "votes",
        /// Moderation.
        Moderation = "moderation",
        /// Responses.
        Responses = "responses",
        /// Delivery.
        Delivery = "delivery",
        /// Law.
        Law = "law",
    }
}

codes! {
    /// Which side an argument takes.
    pub enum Side {
        /// For.
        For = "for",
        /// Against.
        Against = "against",
    }
}

codes! {
    /// A body's opinion on an amendment.
    pub enum Opinion {
        /// In favour.
        Favourable = "favourable",
        /// Against.
        Unfavourable = "unfavourable",
        /// Left to the assembly's wisdom.
        Wisdom = "wisdom",
    }
}

codes! {
    /// What a ballot asks for.
    pub enum BallotKind {
        /// Support, given or not.
        Support = "support",
        /// An opinion: for, mixed or against.
        Opinion = "opinion",
        /// A choice among options.
        Options = "options",
    }
}

codes! {
    /// What a vote says.
    pub enum Choice {
        /// Support, or a signature.
        Support = "support",
        /// For.
        For = "for",
        /// Mixed.
        Mixed = "mixed",
        /// Against.
        Against = "against",
        /// The option whose index stands beside.
        Option = "option",
        /// Blank.
        Blank = "blank",
    }
}

codes! {
    /// Why a vote was invalidated.
    pub enum InvalidVote {
        /// The voter was not entitled.
        NotEntitled = "not_entitled",
        /// The same person voted twice.
        Twice = "twice",
        /// The vote was not made by a person.
        Automated = "automated",
        /// Cast by mistake of the platform.
        PlatformError = "platform_error",
    }
}

codes! {
    /// Why a vote was retracted.
    pub enum RetractedBy {
        /// Its voter took it back.
        Voter = "voter",
        /// Its author was erased while the ballot was open.
        Erasure = "erasure",
    }
}

codes! {
    /// What reaching a threshold brings.
    pub enum ThresholdKind {
        /// An answer of the authority.
        Response = "response",
        /// A debate.
        Debate = "debate",
        /// The attention of a moderator.
        Moderation = "moderation",
        /// A vote.
        Ballot = "ballot",
    }
}

codes! {
    /// What starts the delay to answer.
    pub enum DutyStart {
        /// The publication of each contribution.
        Publication = "publication",
        /// The moment a contribution reaches its response threshold.
        Threshold = "threshold",
        /// The close of the phase that admits submissions.
        Closing = "closing",
    }
}

codes! {
    /// What an appeal's decision does to the act appealed against.
    pub enum AppealOutcome {
        /// The act stands.
        Upheld = "upheld",
        /// The act is undone: the text is shown again.
        Overturned = "overturned",
        /// The text is shown again with words taken out.
        Redacted = "redacted",
    }
}

codes! {
    /// What a correction of a response mends.
    pub enum Correction {
        /// The text.
        Text = "text",
        /// The signatory.
        Signatory = "signatory",
        /// A pointer's words or address.
        Pointer = "pointer",
    }
}

codes! {
    /// What a pointer points at.
    pub enum PointerKind {
        /// An article of a law, a decree or a deliberation.
        Article = "article",
        /// A decision.
        Decision = "decision",
        /// A line of a budget.
        BudgetLine = "budget_line",
        /// A measure already taken.
        ExistingMeasure = "existing_measure",
        /// A version of a text in this record.
        TextVersion = "text_version",
        /// A project.
        Project = "project",
    }
}

codes! {
    /// Where a debate was held.
    pub enum DebatePlace {
        /// A parliament.
        Parliament = "parliament",
        /// A council.
        Council = "council",
        /// A public meeting.
        Meeting = "meeting",
        /// Online.
        Online = "online",
    }
}

codes! {
    /// How far a role reaches.
    pub enum GrantScope {
        /// The whole instance.
        Instance = "instance",
        /// The consultation in whose record the grant stands.
        Consultation = "consultation",
    }
}

codes! {
    /// Who holds the secret of a credential.
    pub enum Custody {
        /// Its holder alone; the server can only recognise it.
        Holder = "holder",
        /// The server, which acts on the holder's behalf.
        Server = "server",
    }
}

codes! {
    /// How sure a platform is of the people it speaks for, in the levels of Regulation (EU) 910/2014.
    pub enum Assurance {
        /// They say who they are.
        Declared = "declared",
        /// Level low.
        Low = "low",
        /// Level substantial.
        Substantial = "substantial",
        /// Level high.
        High = "high",
    }
}

codes! {
    /// Why a role ends.
    pub enum RevocationCause {
        /// Its holder's task is over.
        Ended = "ended",
        /// The secret was lost, or others may know it.
        Compromised = "compromised",
        /// It was used for what it is not for.
        Misused = "misused",
        /// It was given by mistake.
        Mistaken = "mistaken",
    }
}

codes! {
    /// Whether a recommendation is followed.
    pub enum Followed {
        /// Followed.
        Yes = "yes",
        /// In part.
        Partly = "partly",
        /// Not followed.
        No = "no",
    }
}

codes! {
    /// What happened to a list of coauthors.
    pub enum CoauthorChange {
        /// One joined.
        Joined = "joined",
        /// One left.
        Left = "left",
    }
}

codes! {
    /// The formats that importers read.
    pub enum ImportFormat {
        /// Cap Collectif's JSON of 2015.
        CapCollectif2015 = "cap_collectif_2015",
        /// The JSON of petitions.parliament.uk.
        UkPetitions = "uk_petitions",
        /// Consul's CSV of proposals.
        Consul = "consul",
    }
}

codes! {
    /// Why something is missing from a source.
    pub enum GapCause {
        /// The platform answered that it does not exist (any more).
        NotFound = "not_found",
        /// It stood in an earlier observation and not in this one.
        Vanished = "vanished",
        /// The source could not be read there.
        Unreadable = "unreadable",
        /// The paper or the file was not kept.
        NotKept = "not_kept",
        /// The paper exists and was not typed yet.
        NotTranscribed = "not_transcribed",
        /// It has an outcome of a debate and no day on which one was held.
        DebateUndated = "debate_undated",
    }
}

codes! {
    /// How an event came to be recorded.
    pub enum Trust {
        /// A command checked against the rules.
        Native = "native",
        /// Entered by the operator for someone: paper, meeting, telephone.
        Attested = "attested",
        /// A source states it.
        Observed = "observed",
        /// The importer inferred it from two observations.
        Reconstructed = "reconstructed",
    }
}

codes! {
    /// Why an authority decided as it did.
    pub enum ReasonCode {
        /// The law asks for it or forbids it.
        Law = "law",
        /// What it costs.
        Cost = "cost",
        /// What can be built or done.
        Technical = "technical",
        /// Who is competent.
        Competence = "competence",
        /// Safety.
        Safety = "safety",
        /// The environment.
        Environment = "environment",
        /// Fairness between people or places.
        Equity = "equity",
        /// Other things come first.
        Priority = "priority",
        /// It is planned or done already.
        AlreadyPlanned = "already_planned",
        /// What the consultation showed.
        PublicSupport = "public_support",
    }
}

codes! {
    /// Which of a thing's parts an erasure is about.
    pub enum ErasureScope {
        /// Who acted: names and participants.
        Author = "author",
        /// What they wrote or chose, where, and where it stands elsewhere.
        Content = "content",
        /// Both.
        All = "all",
    }
}

codes! {
    /// Why something is erased.
    pub enum ErasureGround {
        /// It is no longer needed.
        NoLongerNeeded = "no_longer_needed",
        /// Consent was withdrawn.
        ConsentWithdrawn = "consent_withdrawn",
        /// The person objects.
        Objection = "objection",
        /// It was collected against the law.
        Unlawful = "unlawful",
        /// The law asks for it.
        LegalObligation = "legal_obligation",
        /// The person was a minor.
        Minor = "minor",
        /// A court or an authority orders it.
        Order = "order",
        /// It is about somebody else than its author.
        ThirdPerson = "third_person",
    }
}

codes! {
    /// Who asks for an erasure.
    pub enum Requester {
        /// Whoever wrote or voted.
        Author = "author",
        /// Whoever it is about.
        Concerned = "concerned",
        /// Whoever answers for the data.
        Controller = "controller",
    }
}

codes! {
    /// What is decided on an erasure.
    pub enum ErasureOutcome {
        /// All that was asked is erased.
        Granted = "granted",
        /// Less than what was asked is erased.
        Partly = "partly",
        /// Nothing is erased.
        Refused = "refused",
    }
}

codes! {
    /// Why something is not erased.
    pub enum ErasureRefusal {
        /// Freedom of expression and information.
        Expression = "expression",
        /// The law asks that it be kept.
        LegalObligation = "legal_obligation",
        /// A task of public interest, archives among them.
        PublicInterest = "public_interest",
        /// A claim before a court.
        LegalClaims = "legal_claims",
        /// It is not about whoever asks.
        NotTheirs = "not_theirs",
        /// It says nothing about a person.
        NotPersonal = "not_personal",
    }
}

codes! {
    /// How parts of the record were lost.
    pub enum LossCause {
        /// A disk failed, and no copy has them.
        DiskFailed = "disk_failed",
        /// The newest copy is older than they are.
        BackupTooOld = "backup_too_old",
        /// The copy that held them is gone, or cannot be decrypted.
        CopyLost = "copy_lost",
        /// A fault of software.
        SoftwareFault = "software_fault",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

codes! {
    /// Where something was deleted.
    pub enum PurgedStore {
        /// The parts with their keys, and what is remembered of the command.
        Vault = "vault",
        /// Who is which participant, and who holds which voter tag.
        Register = "register",
        /// What pages, lists and the search are read from.
        Views = "views",
        /// Earlier states that were folded on demand.
        Snapshots = "snapshots",
    }
}
