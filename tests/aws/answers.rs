//! What the stub says of two invented accounts with a peering connection between them. An answer is
//! `answers/ACCOUNT/ACTION.xml`, written after the API reference; all other lists are empty.

use std::fs;
use std::path::Path;

use crate::command::REGION;
use crate::stub::{Reply, Request};

/// The account of most tests.
pub const SHOP: &str = "111122223333";
/// The account that keys with `PARTNER` in them belong to.
pub const PARTNER: &str = "444455556666";

/// Answers as AWS would, each list as one page.
pub fn recorded(request: &Request) -> Reply {
    listed(request, Listing::whole)
}

/// Answers as AWS would, each list in pages of one element.
pub fn paged(request: &Request) -> Reply {
    listed(request, |listing| listing.page(request))
}

/// Answers as AWS would, each list in pages of one element and from its end.
pub fn backwards(request: &Request) -> Reply {
    listed(request, |mut listing| {
        listing.items.reverse();
        listing.page(request)
    })
}

fn listed(request: &Request, print: impl FnOnce(Listing) -> String) -> Reply {
    if !request.is_ec2() {
        return Reply::Xml(identity(request));
    }
    Listing::of(request).map_or(Reply::Html, |listing| Reply::Xml(print(listing)))
}

/// Who the caller is, as STS says it.
fn identity(request: &Request) -> String {
    let account = if is_partner(request) { PARTNER } else { SHOP };
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/test</Arn><UserId>AIDATEST</UserId>\
         <Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
}

fn is_partner(request: &Request) -> bool {
    request.key.contains("PARTNER")
}

/// An answer that holds a list.
pub struct Listing {
    head: String,
    /// Its elements.
    pub items: Vec<String>,
    tail: String,
}

impl Listing {
    /// The answer to a call; none when the accounts know no such call.
    pub fn of(request: &Request) -> Option<Self> {
        let xml = read("shop", &request.action)?;
        let (head, _) = xml.split_once("<item>")?;
        let (_, tail) = xml.rsplit_once("</item>")?;
        let items = if request.region != REGION && request.action != "DescribeRegions" {
            Vec::new()
        } else if is_partner(request) {
            read("partner", &request.action).as_deref().map(items).unwrap_or_default()
        } else {
            items(&xml)
        };
        Some(Self { head: head.to_owned(), items, tail: tail.to_owned() })
    }

    /// The answer with all elements.
    pub fn whole(self) -> String {
        format!("{}{}{}", self.head, self.items.concat(), self.tail)
    }

    /// The element that the call asks for, with the token of the next.
    fn page(self, request: &Request) -> String {
        let token = request.fields.get("NextToken");
        let at: usize = token.map_or(0, |token| token.strip_prefix("item ").unwrap().parse().unwrap());
        let item = self.items.get(at).map(String::as_str).unwrap_or_default();
        // `nextToken` stands behind the list.
        let (list, end) = self.tail.split_at(self.tail.rfind("</").unwrap());
        let next = match at + 1 {
            next if next < self.items.len() => format!("<nextToken>item {next}</nextToken>"),
            _ => String::new(),
        };
        format!("{}{item}{list}{next}{end}", self.head)
    }
}

fn read(account: &str, action: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/answers").join(account);
    fs::read_to_string(folder.join(action).with_extension("xml")).ok()
}

/// The elements of an answer's outermost list.
fn items(xml: &str) -> Vec<String> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, _) in xml.match_indices('<') {
        if xml[at..].starts_with("<item>") {
            if depth == 0 {
                start = at;
            }
            depth += 1;
        } else if xml[at..].starts_with("</item>") {
            depth -= 1;
            if depth == 0 {
                items.push(xml[start..at + "</item>".len()].to_owned());
            }
        }
    }
    items
}
