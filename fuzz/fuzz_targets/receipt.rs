//! Any bytes as: receipt. What must hold of them is `devenir_fuzz::receipt`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("receipt"), |bytes: &[u8]| devenir_fuzz::receipt(bytes));
