//! An estate that somebody means ill with: a state whose names, tags, descriptions and ids say
//! anything, and the ways in which it is drawn.

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Map as JsonMap, Value, json};
use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction};
use sglens::query::{Target, focus};
use sglens::view::{GroupBy, Hubs, View, ViewOptions, focus_view, map_view};

use super::dictionary::PIECES;

/// Blocks that lie in each other, and beside.
const BLOCKS: &[&str] =
    &["0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.4/32", "192.168.0.0/24", "2001:db8::/32"];
const PROTOCOLS: &[&str] = &["tcp", "udp", "-1", "icmp", "icmpv6", "47"];

/// A state, and how to draw it.
#[derive(Debug)]
pub struct Estate {
    file: String,
    state: String,
    title: Option<String>,
    hubs: Hubs,
    group_by: Option<GroupBy>,
}

impl Estate {
    /// Reads the state, and draws the map and the views of its first group and first machine.
    ///
    /// # Panics
    /// When the state cannot be read: it is always a good one.
    pub fn views(&self) -> Vec<View> {
        let mut builder = Builder::new();
        let read = read_document(&self.file, self.state.as_bytes(), Options::default(), &mut builder);
        assert!(read.is_ok(), "a state of odd names can be read");
        let inventory = builder.finish();
        let index = Connectivity::new(inventory);
        let options = ViewOptions {
            title: self.title.clone(),
            hubs: self.hubs,
            group_by: self.group_by.clone(),
            ..ViewOptions::default()
        };
        let mut views = vec![map_view(&index, &Map::new(&index), &options)];
        let group = index.all_groups().next().map(Subject::Group);
        let machine = index.all_endpoints().next().map(Subject::Endpoint);
        for subject in group.into_iter().chain(machine) {
            let answer =
                focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 2)
                    .expect("the estate is small");
            views.push(focus_view(&index, &answer, &options));
        }
        views
    }
}

impl<'a> Arbitrary<'a> for Estate {
    fn arbitrary(raw: &mut Unstructured<'a>) -> Result<Self> {
        let hubs = *raw.choose(&[Hubs::Off, Hubs::Auto, Hubs::AtLeast(1), Hubs::AtLeast(3)])?;
        let mut draft = Draft::new(raw)?;
        let group_by = match draft.count(3)? {
            1 => Some(GroupBy::Vpc),
            2 => Some(GroupBy::Prefix),
            3 => Some(GroupBy::Tag(draft.name()?)),
            _ => None,
        };
        let title = if draft.chance(4)? { Some(draft.name()?) } else { None };
        let file = draft.name()?;
        draft.fill()?;
        Ok(Self { file, state: draft.state(), title, hubs, group_by })
    }
}

/// A state in the making.
struct Draft<'d, 'a> {
    raw: &'d mut Unstructured<'a>,
    names: Vec<String>,
    vpcs: Vec<String>,
    groups: Vec<String>,
    resources: Vec<Value>,
}

impl<'d, 'a> Draft<'d, 'a> {
    fn new(raw: &'d mut Unstructured<'a>) -> Result<Self> {
        let mut names = Vec::new();
        for _ in 0..raw.int_in_range(1..=5u8)? {
            names.push(fresh_name(raw)?);
        }
        Ok(Self { raw, names, vpcs: Vec::new(), groups: Vec::new(), resources: Vec::new() })
    }

    /// Everything that is in the state.
    fn fill(&mut self) -> Result<()> {
        self.vpcs = self.ids("vpc", 1, 2)?;
        self.groups = self.ids("sg", 1, 6)?;
        for (number, id) in self.vpcs.clone().into_iter().enumerate() {
            let tags = self.tags()?;
            let block = format!("10.{number}.0.0/16");
            self.resource("aws_vpc", json!({ "id": id, "cidr_block": block, "tags": tags }))?;
        }
        for id in self.ids("pl", 0, 1)? {
            let (name, entry) = (self.name()?, self.block()?);
            self.resource(
                "aws_ec2_managed_prefix_list",
                json!({ "id": id, "name": name, "entry": [{ "cidr": entry }] }),
            )?;
        }
        for id in self.groups.clone() {
            let (name, description, tags) = (self.name()?, self.name()?, self.tags()?);
            let (ingress, egress) = (self.rules(3)?, self.rules(2)?);
            let vpc = self.raw.choose(&self.vpcs)?.clone();
            self.resource(
                "aws_security_group",
                json!({
                    "id": id, "name": name, "description": description, "tags": tags, "vpc_id": vpc,
                    "ingress": ingress, "egress": egress,
                }),
            )?;
        }
        for (number, id) in self.ids("i", 0, 4)?.into_iter().enumerate() {
            let (tags, groups) = (self.tags()?, self.some_groups()?);
            let address = format!("10.0.0.{}", number + 4);
            self.resource(
                "aws_instance",
                json!({ "id": id, "private_ip": address, "vpc_security_group_ids": groups, "tags": tags }),
            )?;
        }
        Ok(())
    }

    /// A Terraform state, version 4.
    fn state(self) -> String {
        json!({ "version": 4, "serial": 1, "lineage": "fuzz", "resources": self.resources }).to_string()
    }

    fn resource(&mut self, kind: &str, attributes: Value) -> Result<()> {
        let (name, key) = (self.name()?, self.name()?);
        let module = format!("module.{}", self.name()?);
        self.resources.push(json!({
            "module": module, "mode": "managed", "type": kind, "name": name,
            "instances": [{ "index_key": key, "attributes": attributes }],
        }));
        Ok(())
    }

    fn rules(&mut self, most: usize) -> Result<Vec<Value>> {
        (0..self.count(most)?).map(|_| self.rule()).collect()
    }

    fn rule(&mut self) -> Result<Value> {
        let protocol = *self.raw.choose(PROTOCOLS)?;
        let from = u32::from(self.raw.arbitrary::<u8>()?);
        let to = from + u32::from(self.raw.arbitrary::<u8>()? % 16);
        let (groups, description) = (self.some_groups()?, self.name()?);
        let blocks: Vec<String> = (0..self.count(2)?).map(|_| self.block()).collect::<Result<_>>()?;
        let is_self = self.chance(4)?;
        Ok(json!({
            "protocol": protocol, "from_port": from, "to_port": to, "security_groups": groups,
            "cidr_blocks": blocks, "self": is_self, "description": description,
        }))
    }

    /// Groups of the state, and now and then one that is not in it.
    fn some_groups(&mut self) -> Result<Vec<String>> {
        let mut groups = Vec::new();
        for _ in 0..self.count(2)? {
            groups.push(self.raw.choose(&self.groups)?.clone());
        }
        if self.chance(8)? {
            groups.push(self.name()?);
        }
        Ok(groups)
    }

    /// A block, and now and then something that is none.
    fn block(&mut self) -> Result<String> {
        if self.chance(8)? { self.name() } else { Ok((*self.raw.choose(BLOCKS)?).to_owned()) }
    }

    fn tags(&mut self) -> Result<Value> {
        let mut tags = JsonMap::new();
        if self.chance(2)? {
            tags.insert("Name".to_owned(), self.name()?.into());
        }
        tags.insert(self.name()?, self.name()?.into());
        Ok(Value::Object(tags))
    }

    /// Ids as AWS writes them, and now and then one that it would not.
    fn ids(&mut self, kind: &str, least: usize, most: usize) -> Result<Vec<String>> {
        let count = self.raw.int_in_range(least..=most)?;
        let mut ids = Vec::new();
        for number in 0..count {
            let is_odd = self.chance(4)?;
            ids.push(if is_odd {
                format!("{kind}-{}", self.name()?)
            } else {
                format!("{kind}-{number:017}")
            });
        }
        Ok(ids)
    }

    fn name(&mut self) -> Result<String> {
        Ok(self.raw.choose(&self.names)?.clone())
    }

    fn count(&mut self, most: usize) -> Result<usize> {
        self.raw.int_in_range(0..=most)
    }

    /// Once in so many times.
    fn chance(&mut self, times: u8) -> Result<bool> {
        Ok(self.raw.int_in_range(1..=times)? == times)
    }
}

/// A name of pieces and of raw bytes; now and then a long one.
fn fresh_name(raw: &mut Unstructured<'_>) -> Result<String> {
    let mut name = String::new();
    for _ in 0..raw.int_in_range(0..=4u8)? {
        if raw.arbitrary()? {
            name.push_str(raw.choose(&PIECES)?);
        } else {
            let length = raw.int_in_range(0..=12usize)?.min(raw.len());
            name.push_str(&String::from_utf8_lossy(raw.bytes(length)?));
        }
    }
    let is_long = raw.int_in_range(0..=31u8)? == 31;
    Ok(if is_long { name.repeat(100) } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_make_an_estate() {
        let mut noise = super::super::testkit::random::Random::new(1);
        let bytes: Vec<u8> = (0..4096).map(|_| noise.number() as u8).collect();
        for length in [0, 1, 10, 100, 1000, 4096] {
            let estate = Estate::arbitrary(&mut Unstructured::new(&bytes[..length])).unwrap();
            assert!(!estate.views().is_empty());
        }
    }
}
