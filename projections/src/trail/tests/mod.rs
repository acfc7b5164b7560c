//! The trail told from examples: one fact of every type and outcome, and whole pages in both languages.

mod documents;
mod examples;
mod headlines;
mod orders;
mod sentences;
mod stage;
