//! Which network addresses a server may call on a stranger's word.
//!
//! A key set's address is entered by an administrator or comes with a registration, so it may point at this machine, at
//! the metadata service of a cloud, or at a neighbour behind the same firewall. Only addresses that are reachable for
//! everybody are called, unless a network is allowed by name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks of the IANA IPv4 special-purpose registry (RFC 6890) that are not for everybody.
const FORBIDDEN_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// Networks of the IANA IPv6 special-purpose registry that are not for everybody, or that carry an IPv4 address which
/// the list above would have to judge (IPv4-compatible, NAT64, Teredo, 6to4).
const FORBIDDEN_V6: [Ipv6Net; 11] = [
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 9),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3]), prefix)
}

const fn v6(s: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), prefix)
}

/// Which addresses may be called: public ones, and others where they are allowed by name; never those of a blocked
/// network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressFilter {
    loopback: bool,
    networks: Vec<IpNet>,
    blocked: Vec<IpNet>,
}

impl AddressFilter {
    /// Public addresses alone.
    pub const fn public() -> Self {
        Self { loopback: false, networks: Vec::new(), blocked: Vec::new() }
    }

    /// Allows this machine itself: for tests and for development.
    pub fn allow_loopback(&mut self) {
        self.loopback = true;
    }

    /// Allows a network that is not public, such as a campus network.
    pub fn allow_network(&mut self, network: IpNet) {
        self.networks.push(canonical(network));
    }

    /// Blocks a network, public or not. It stays blocked whatever is allowed beside it, this machine included.
    pub fn block_network(&mut self, network: IpNet) {
        self.blocked.push(canonical(network));
    }

    /// Whether this machine itself may be called.
    pub const fn loopback_allowed(&self) -> bool {
        self.loopback
    }

    /// Whether `address` is in a blocked network. An IPv4 address that an IPv6 address carries (mapped, NAT64 under the
    /// well-known prefix, 6to4) is judged too.
    pub fn blocks(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let carried = match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => carried(address).map(IpAddr::V4),
        };
        let within = |address: &IpAddr| self.blocked.iter().any(|network| network.contains(address));
        within(&address) || carried.as_ref().is_some_and(within)
    }

    /// Whether `address` may be called. An IPv4 address in IPv6 clothes is judged as what it is.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if self.blocks(address) {
            return false;
        }
        if address.is_loopback() && self.loopback {
            return true;
        }
        if self.networks.iter().any(|network| network.contains(&address)) {
            return true;
        }
        match address {
            IpAddr::V4(address) => !FORBIDDEN_V4.iter().any(|network| network.contains(&address)),
            IpAddr::V6(address) => !FORBIDDEN_V6.iter().any(|network| network.contains(&address)),
        }
    }
}

/// A network as [`IpAddr::to_canonical`] leaves its addresses, so that one given in the mapped form is found.
fn canonical(network: IpNet) -> IpNet {
    if let IpNet::V6(mapped) = network
        && let Some(prefix) = mapped.prefix_len().checked_sub(96)
        && let Some(address) = mapped.addr().to_ipv4_mapped()
        && let Ok(inner) = Ipv4Net::new(address, prefix)
    {
        return inner.into();
    }
    network
}

/// The IPv4 address that a translator or a relay on the way would call instead.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let ([0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..]) = address.segments() else { return None };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn allowed(filter: &AddressFilter, address: &str) -> bool {
        filter.allows(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_alone_are_called() {
        let filter = AddressFilter::public();
        for address in ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(allowed(&filter, address), "{address} is public");
        }
    }

    #[test]
    fn addresses_that_are_not_for_everybody_are_not_called() {
        let filter = AddressFilter::public();
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2001::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allowed(&filter, address), "{address} is not public");
        }
    }

    #[test]
    fn what_is_allowed_by_name_is_called_and_nothing_beside_it() {
        let mut filter = AddressFilter::public();
        filter.allow_loopback();
        assert!(allowed(&filter, "127.0.0.1"));
        assert!(allowed(&filter, "::1"));
        assert!(allowed(&filter, "::ffff:127.0.0.1"));
        assert!(!allowed(&filter, "10.0.0.1"));
        filter.allow_network("10.20.0.0/16".parse().unwrap());
        assert!(allowed(&filter, "10.20.3.4"));
        assert!(!allowed(&filter, "10.21.0.1"));
    }

    #[test]
    fn what_is_blocked_is_not_called_whatever_is_allowed() {
        let mut filter = AddressFilter::public();
        filter.allow_loopback();
        for network in ["10.0.0.0/8", "64:ff9b::/96", "2002::/16"] {
            filter.allow_network(network.parse().unwrap());
        }
        for network in ["10.20.0.0/16", "93.184.215.0/24", "127.0.0.8/32", "::ffff:8.8.8.0/120", "2606:4700::/32"] {
            filter.block_network(network.parse().unwrap());
        }
        for address in [
            "10.20.0.1",
            "::ffff:10.20.0.1",
            "64:ff9b::10.20.0.1",
            "2002:a14:1::",
            "93.184.215.14",
            "127.0.0.8",
            "8.8.8.8",
            "2606:4700::1111",
        ] {
            assert!(filter.blocks(address.parse().unwrap()), "{address} is blocked");
            assert!(!allowed(&filter, address), "{address} is blocked");
        }
        for address in
            ["10.21.0.1", "64:ff9b::10.21.0.1", "93.184.216.14", "127.0.0.1", "8.8.9.8", "2a00:1450::1", "2002:a15:1::"]
        {
            assert!(!filter.blocks(address.parse().unwrap()), "{address} is not blocked");
            assert!(allowed(&filter, address), "{address} is not blocked");
        }
        assert!(!filter.blocks("192.168.0.1".parse().unwrap()), "not allowed is not the same as blocked");
    }

    #[test]
    fn a_network_is_allowed_in_the_mapped_form_too() {
        let mut filter = AddressFilter::public();
        filter.allow_network("::ffff:10.20.0.0/112".parse().unwrap());
        assert!(allowed(&filter, "10.20.3.4"));
        assert!(!allowed(&filter, "10.21.3.4"));
    }
}
