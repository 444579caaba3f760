//! `sglens man`: pages of the manual, for packagers: `sglens man > sglens.1`, and one for each verb,
//! `sglens man focus > sglens-focus.1`.

use anyhow::{Context as _, Result};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::output;
use super::session::Outcome;
use crate::cli::{Cli, ManArgs, VERSION};

/// Prints a page.
pub fn run(args: &ManArgs) -> Result<Outcome> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    // Gives each verb the flags that all verbs have, and its full name.
    cli.build();
    let command = match args.verb.as_deref() {
        None => &cli,
        Some(verb) => cli.find_subcommand(verb).with_context(|| {
            let verbs: Vec<&str> = cli.get_subcommands().map(Command::get_name).collect();
            format!("`{verb}` is no command; there are {}", verbs.join(", "))
        })?,
    };
    output::print(&page(command)?)
}

/// Makes the page of a command, with the sections that `--help` has beside the flags.
fn page(command: &Command) -> Result<Vec<u8>> {
    let mut page: Vec<u8> = Vec::new();
    let flags = command.clone().after_help(None::<&'static str>);
    Man::new(flags)
        .source(format!("sglens {VERSION}"))
        .render(&mut page)
        .context("the page cannot be made")?;
    let texts = [command.get_after_help(), command.get_before_help()];
    for text in texts.into_iter().flatten() {
        page.extend(section(&text.to_string()).bytes());
    }
    Ok(page)
}

/// Makes a section of a text of which the first line is a heading, and the lines stay lines.
fn section(text: &str) -> String {
    let (heading, lines) = text.split_once('\n').unwrap_or((text, ""));
    let mut section = format!(".SH \"{}\"\n.nf\n", heading.trim_end_matches(':').to_uppercase());
    for line in lines.lines() {
        // What has no width keeps a dot at the begin of a line from being a request.
        section += &format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-"));
    }
    section + ".fi\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            section("Exit codes:\n  0  done\n.1  it's \\n -o"),
            ".SH \"EXIT CODES\"\n.nf\n\\&  0  done\n\\&.1  it's \\en \\-o\n.fi\n"
        );
    }
}
