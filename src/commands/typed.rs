//! The command line as it was typed, and what to type instead.

use std::borrow::Cow;

use clap::{Command, CommandFactory as _};

use crate::cli::Cli;

/// The words of a command line, by what they are.
#[derive(Debug, Default)]
pub struct Typed {
    verb: Option<String>,
    /// What is neither the verb nor an option, in order.
    positionals: Vec<String>,
    /// Each with its value, if that is a word of its own.
    options: Vec<Vec<String>>,
}

impl Typed {
    /// Reads the command line of this process.
    pub fn now() -> Self {
        let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
        Self::new(&Cli::command(), words)
    }

    /// Reads words that clap has taken.
    fn new(cli: &Command, words: impl IntoIterator<Item = String>) -> Self {
        let mut typed = Self::default();
        let mut commands = vec![cli];
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                typed.positionals.extend(words.by_ref());
            } else if let Some(option) = word.strip_prefix('-').filter(|option| !option.is_empty()) {
                let value = if takes_next(&commands, option) { words.next() } else { None };
                typed.options.push([word].into_iter().chain(value).collect());
            } else if typed.verb.is_none() {
                commands.extend(cli.find_subcommand(&word));
                typed.verb = Some(word);
            } else {
                typed.positionals.push(word);
            }
        }
        typed
    }

    /// What is neither the verb nor an option, in order.
    pub fn positionals(&self) -> &[String] {
        &self.positionals
    }

    /// Returns the command with other words in the place of its own, and with all of its options.
    pub fn with(&self, positionals: &[String]) -> String {
        command(self.verb.as_deref(), positionals, &self.options.concat())
    }

    /// Returns the command without an option that has no value.
    pub fn without(&self, option: &str) -> String {
        let options: Vec<String> =
            self.options.iter().filter(|words| words[0] != option).flatten().cloned().collect();
        command(self.verb.as_deref(), &self.positionals, &options)
    }
}

/// Puts a command together, as a shell reads it.
fn command(verb: Option<&str>, positionals: &[String], options: &[String]) -> String {
    let positionals = positionals.iter().map(String::as_str);
    let options = options.iter().map(String::as_str);
    let is_odd = |word: &str| word.len() > 1 && word.starts_with('-');
    let words: Vec<&str> = if positionals.clone().any(is_odd) {
        options.chain(["--"]).chain(positionals).collect()
    } else {
        positionals.chain(options).collect()
    };
    let words = ["sglens"].into_iter().chain(verb).chain(words);
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// Tells whether the value of an option, given without its first dash, is the next word.
fn takes_next(commands: &[&Command], option: &str) -> bool {
    let mut taking = commands
        .iter()
        .flat_map(|command| command.get_arguments())
        .filter(|argument| argument.get_action().takes_values());
    match option.strip_prefix('-') {
        // `--option=value` is the name of none.
        Some(long) => taking.any(|argument| argument.get_long() == Some(long)),
        None => {
            // Of several letters, the first that takes a value takes the rest of the word.
            let letters: Vec<char> = taking.filter_map(clap::Arg::get_short).collect();
            option.find(letters.as_slice()).is_some_and(|at| option[at..].chars().count() == 1)
        }
    }
}

/// Returns a word as a shell takes it for one word and nothing else.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Typed {
        Typed::new(&Cli::command(), line.split(' ').map(str::to_owned))
    }

    #[test]
    fn options_keep_their_values() {
        let line = "-q focus net.tfstate web --color never -o web.svg --title=x -qfsvg --depth 2 --in";
        let expected =
            "sglens focus web net.tfstate -q --color never -o web.svg --title=x -qfsvg --depth 2 --in";
        assert_eq!(typed(line).positionals(), ["net.tfstate", "web"]);
        assert_eq!(typed(line).with(&["web", "net.tfstate"].map(str::to_owned)), expected);
        assert_eq!(typed("graph -qo net.svg --check a").without("--check"), "sglens graph a -qo net.svg");
        assert_eq!(typed("focus --in -- -web a").without("--check"), "sglens focus --in -- -web a");
    }

    #[test]
    fn a_shell_takes_a_word_for_one() {
        for plain in ["web-1", "-", "s3://b/k.tfstate", "tag:Name=web", "10.0.0.0/8", "tcp/8000-8100"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("aws_instance.web[\"a\"]"), "'aws_instance.web[\"a\"]'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("~/a b"), "'~/a b'");
        assert_eq!(quoted(""), "''");
    }
}
