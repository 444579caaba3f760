//! The profiles in the files of the AWS CLI.

use aws_config::profile::{ProfileSet, load};

use super::error::Error;
use super::failure;

/// Reads the files. A missing file counts as empty.
pub(super) async fn read() -> Result<ProfileSet, Error> {
    load(&usual(), &usual(), &usual(), None).await.map_err(|error| {
        // Only the place is kept, because a line may hold a secret.
        let text = failure::cause(&error);
        Error::Profiles(text.split(":\n").next().unwrap_or_default().to_owned())
    })
}

/// Returns the default of a type of the SDK that has no public name: the environment, the files and
/// their usual paths.
fn usual<T: Default>() -> T {
    T::default()
}

/// Refuses a profile that is not in the files; the error lists those that are.
pub(super) fn check(profiles: &ProfileSet, name: &str) -> Result<(), Error> {
    // The default profile need not be in the files.
    if name == "default" || profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    known.sort();
    Err(Error::NoProfile { name: name.to_owned(), known })
}
