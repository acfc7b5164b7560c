//! What must hold of any bytes that strangers hand over: no reader panics, and what is read writes back to the same bytes.
//!
//! `docs/format.md` defines each form. One function a form, called by the fuzz target of the same name; it panics where the
//! claim does not hold, which is how a fuzzer hears of it. This crate knows no store and writes nothing but seeds.

mod framed;
mod seeds;

use devenir_core::bundle::{BundleReader, Files, TarReader};
use devenir_core::envelope::{VaultPart, check_canonical, decode, decode_intent, encode, intent_bytes, read};
use devenir_core::event::{Absence, Event, NoParts};
use devenir_core::ledger::{Checkpoint, Note, Policy, ProofFile, Submission};
use devenir_core::receipt::ReceiptFile;
use devenir_core::verify::{Asked, verify_bundle};

pub use framed::Framed;
pub use seeds::seeds;

/// An envelope, and an intent alone: what decodes encodes to the same bytes, and its event reads or is refused.
pub fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = decode(bytes) {
        assert_eq!(encode(&envelope), bytes);
        let _ = read(bytes, &mut |_, _| VaultPart::Absent(Absence::Lost));
    }
    if let Ok(intent) = decode_intent(bytes) {
        assert_eq!(intent_bytes(&intent), bytes);
    }
}

/// Facts, as such and behind the number of a type: what is read as facts of a type is canonical and writes back.
pub fn facts(bytes: &[u8]) {
    if check_canonical(bytes).is_ok() {
        assert!(bytes.is_ascii() && bytes.first() == Some(&b'{') && bytes.last() == Some(&b'}'));
    }
    let Some((code, facts)) = bytes.split_first_chunk() else { return };
    if let Ok(event) = Event::decode(u16::from_be_bytes(*code), 1, facts, &mut NoParts) {
        assert_eq!(event.facts_bytes(), facts);
    }
}

/// A signed note.
pub fn note(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
    }
}

/// The text of a checkpoint.
pub fn checkpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}

/// A policy; its text has several forms, so it is only read.
pub fn policy(bytes: &[u8]) {
    let _ = Policy::parse(bytes);
}

/// A proof file.
pub fn proof(bytes: &[u8]) {
    if let Ok(proof) = ProofFile::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
    }
}

/// A checkpoint offered to a witness.
pub fn submission(bytes: &[u8]) {
    if let Ok(submission) = Submission::parse(bytes) {
        assert_eq!(submission.to_string().as_bytes(), bytes);
    }
}

/// A receipt: JSON of several forms, so what is written reads back to the same.
pub fn receipt(bytes: &[u8]) {
    let Ok(receipt) = ReceiptFile::parse(bytes) else { return };
    let _ = receipt.check();
    let written = receipt.to_string();
    let again = ReceiptFile::parse(written.as_bytes()).map(|it| it.to_string());
    assert_eq!(again.ok(), Some(written));
}

/// A bundle: as an archive, and as bare files, since no mutation passes the checksum of an archive's header. One that has
/// the form of a bundle is verified to its verdict.
pub fn bundle(bytes: &[u8]) {
    if bytes.starts_with(b"manifest.json\0") {
        verified(|| TarReader::new(bytes));
    } else {
        verified(|| Framed::new(bytes));
    }
}

fn verified<F: Files + Send>(files: impl Fn() -> F) {
    let Ok(mut bundle) = BundleReader::open(files()) else { return };
    while let Ok(Some(_)) = bundle.next_event() {}
    let _ = verify_bundle(files(), &Asked::default()).verdict();
}
