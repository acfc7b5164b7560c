//! Any bytes as: envelope. What must hold of them is `devenir_fuzz::envelope`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("envelope"), |bytes: &[u8]| devenir_fuzz::envelope(bytes));
