//! Any bytes as: policy. What must hold of them is `devenir_fuzz::policy`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("policy"), |bytes: &[u8]| devenir_fuzz::policy(bytes));
