//! What a module says about itself in its sections.

use wasmparser::{Parser, Payload};

/// The facts about a module that hosts rely on.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// `module.name` of each import.
    pub(crate) imports: Vec<String>,
    /// Names of the exports, sorted.
    pub(crate) exports: Vec<String>,
    /// Memory at the start, in pages of 64 KiB.
    pub(crate) initial_pages: u64,
    /// Names of sections that no runtime needs.
    pub(crate) custom_sections: Vec<String>,
}

impl Module {
    pub(crate) fn read(bytes: &[u8]) -> wasmparser::Result<Self> {
        let mut module = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        module.imports.push(format!("{}.{}", import.module, import.name));
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        module.initial_pages += memory?.initial;
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        module.exports.push(export?.name.to_owned());
                    }
                }
                Payload::CustomSection(section) => module.custom_sections.push(section.name().to_owned()),
                _ => {}
            }
        }
        module.exports.sort();
        Ok(module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hand-written module: imports `env.f`, has a memory of two pages exported as `memory`, and a section `note`.
    const SAMPLE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x09\x01\x03env\x01f\0\0\
        \x05\x03\x01\0\x02\
        \x07\x0a\x01\x06memory\x02\0\
        \0\x05\x04note";

    #[test]
    fn reads_what_counts() {
        let module = Module::read(SAMPLE).unwrap();
        assert_eq!(module.imports, ["env.f"]);
        assert_eq!(module.exports, ["memory"]);
        assert_eq!(module.initial_pages, 2);
        assert_eq!(module.custom_sections, ["note"]);
    }

    #[test]
    fn refuses_what_is_no_module() {
        assert!(Module::read(b"not wasm").is_err());
    }
}
