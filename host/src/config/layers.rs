//! All layers put on top of each other: for every setting the value that counts, and where it came from.

use std::{collections::BTreeMap, path::PathBuf};

use secrecy::SecretString;

use super::{ConfigError, Setting, Sources, file, value::Value, variables};

/// The values that count, by key.
#[derive(Debug)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, Given>,
}

/// A value with its origin.
#[derive(Clone)]
pub(super) struct Given {
    /// As it was written.
    pub(super) text: String,
    /// Where.
    pub(super) origin: Origin,
}

// The text may be a secret.
impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Which layer a value came from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The TOML file.
    File(PathBuf),
    /// The environment.
    Variable,
    /// A flag.
    Flag(&'static str),
}

impl Origin {
    /// How a message names a setting that came from here.
    pub(super) fn name(&self, setting: &Setting) -> String {
        match self {
            Self::File(path) => {
                format!("`{}` in `{}` (variable `{}`)", setting.key, path.display(), setting.variable)
            }
            Self::Variable => format!("`{}`", setting.variable),
            Self::Flag(flag) => format!("`{flag}` (variable `{}`)", setting.variable),
        }
    }
}

impl Layers {
    /// Reads all layers, the lowest first.
    pub(super) fn collect(sources: &Sources) -> Result<Self, ConfigError> {
        let variables = variables::read(&sources.variables)?;
        let mut values = BTreeMap::new();
        if let Some(path) = sources.file.as_ref().or(variables.file.as_ref()) {
            values.extend(file::read(path)?.into_iter().map(|(setting, given)| (setting.key, given)));
        }
        values.extend(variables.given.into_iter().map(|(setting, given)| (setting.key, given)));
        values.extend(
            sources
                .flags
                .iter()
                .map(|flag| (flag.setting.key, Given { text: flag.value.clone(), origin: Origin::Flag(flag.flag) })),
        );
        Ok(Self { values })
    }

    /// A setting's value, if it is set.
    pub(super) fn get<T: Value>(&self, setting: &Setting) -> Result<Option<T>, ConfigError> {
        self.get_with(setting, T::EXPECTED, T::parse)
    }

    /// A setting's value, else its default.
    pub(super) fn get_or<T: Value>(&self, setting: &Setting, default: T) -> Result<T, ConfigError> {
        Ok(self.get(setting)?.unwrap_or(default))
    }

    /// A setting's value, read by a rule of its own.
    pub(super) fn get_with<T>(
        &self,
        setting: &Setting,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(given) = self.values.get(setting.key) else { return Ok(None) };
        match parse(given.text.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(self.invalid(setting, expected)),
        }
    }

    /// A setting that is, or may hold, a secret.
    pub(super) fn secret(
        &self,
        setting: &Setting,
        expected: &str,
        accept: impl FnOnce(&str) -> bool,
    ) -> Result<Option<SecretString>, ConfigError> {
        self.get_with(setting, expected, |text| accept(text).then(|| SecretString::from(text.to_owned())))
    }

    /// The error about a setting's value.
    pub(super) fn invalid(&self, setting: &Setting, expected: &str) -> ConfigError {
        let given = self.values.get(setting.key);
        let found = match given {
            Some(given) if !setting.secret => format!("is `{}`", given.text),
            _ => "has a value that is not accepted".to_owned(),
        };
        ConfigError::Invalid {
            name: given.map_or_else(|| format!("`{}`", setting.variable), |given| given.origin.name(setting)),
            found,
            expected: expected.to_owned(),
        }
    }
}
