//! Any bytes as: proof. What must hold of them is `devenir_fuzz::proof`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("proof"), |bytes: &[u8]| devenir_fuzz::proof(bytes));
