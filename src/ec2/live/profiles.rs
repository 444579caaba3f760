//! The profiles in the files of the AWS CLI.

use aws_config::profile::{ProfileSet, load};

use super::{Error, failure};

/// Reads the files. Those that are not there hold nothing.
pub(super) async fn read() -> Result<ProfileSet, Error> {
    load(&usual(), &usual(), &usual(), None).await.map_err(|error| {
        // The place alone: a line may hold a secret.
        let text = failure::cause(&error);
        Error::Profiles(text.split(":\n").next().unwrap_or_default().to_owned())
    })
}

/// The real environment, the real files, where they usually are: types of the SDK without a name here.
fn usual<T: Default>() -> T {
    T::default()
}

/// Refuses a profile that is not there, and tells which are.
pub(super) fn check(profiles: &ProfileSet, name: &str) -> Result<(), Error> {
    // Nobody has to have written the default one.
    if name == "default" || profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    known.sort();
    Err(Error::NoProfile { name: name.to_owned(), known })
}
