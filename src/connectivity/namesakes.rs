//! Groups that share a name: names are labels, and repeat across VPCs.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::GroupIx;

/// For each group whose label others have too, all of these. Found when first asked for.
#[derive(Debug, Default)]
pub(super) struct Namesakes(OnceLock<HashMap<GroupIx, Arc<[GroupIx]>>>);

impl Namesakes {
    /// Returns all groups of the same label, the group itself among them; nothing when no other has it.
    pub(super) fn of<'l>(
        &self,
        group: GroupIx,
        labels: impl Iterator<Item = (GroupIx, &'l str)>,
    ) -> &[GroupIx] {
        let all = self.0.get_or_init(|| {
            let mut by_label: HashMap<&str, Vec<GroupIx>> = HashMap::new();
            labels.for_each(|(ix, label)| by_label.entry(label).or_default().push(ix));
            let shared = by_label.into_values().filter(|groups| groups.len() > 1);
            let mut all = HashMap::new();
            for groups in shared.map(Arc::<[GroupIx]>::from) {
                all.extend(groups.iter().map(|ix| (*ix, Arc::clone(&groups))));
            }
            all
        });
        all.get(&group).map_or(&[], |groups| groups)
    }
}
