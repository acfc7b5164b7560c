//! Any bytes as: submission. What must hold of them is `devenir_fuzz::submission`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("submission"), |bytes: &[u8]| devenir_fuzz::submission(bytes));
