//! Writing container parameters: strictly, in the order of the plug-in.

use std::fmt::Display;

use super::{ContainerParameters, Cpus, WIRE_PREFIX};

impl ContainerParameters {
    /// The parameters as a launch carries them: `custom_` and the name, with its value.
    pub fn custom(&self) -> Vec<(String, String)> {
        self.pairs().into_iter().map(|(name, value)| (format!("{WIRE_PREFIX}{name}"), value)).collect()
    }

    /// The text for Moodle's field "Custom parameters": one `name=value` a line. Line breaks within values are left out.
    pub fn text(&self) -> String {
        let line = |(name, value): (String, String)| format!("{name}={}", value.replace(['\r', '\n'], " "));
        self.pairs().into_iter().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Pairs::default();
        pairs.put("users", self.users.as_ref());
        pairs.put("teachers", self.teachers.as_ref());
        pairs.put("image", self.image.as_ref());
        pairs.put("cpulimit", self.cpu_limit.map(Cpus::get));
        pairs.put("memlimit", self.memory_limit);
        pairs.put("cpugrnt", self.cpu_guarantee.map(Cpus::get));
        pairs.put("memgrnt", self.memory_guarantee);
        pairs.put("actlimit", self.idle_limit);
        pairs.put("defurl", self.default_url.as_ref());
        pairs.put("options", self.options.as_ref());
        for (name, volume) in &self.volumes {
            pairs.put(&format!("vol_{name}"), Some(volume));
        }
        for (name, submit) in &self.submit_volumes {
            pairs.put(&format!("sub_{name}"), Some(&submit.volume));
            pairs.put(&format!("sub_{name}_close"), submit.close);
        }
        for (name, volume) in &self.personal_volumes {
            pairs.put(&format!("prs_{name}"), Some(volume));
        }
        pairs.put("iframe", self.is_framed.then_some(1));
        pairs.put("sessioninfo", self.session.map(|session| format!("{},{}", session.instance, session.activity)));
        pairs.put("course", self.course.as_ref());
        pairs.put("ltiname", self.link_name.as_ref());
        pairs.put("rpctoken", self.rpc_token.as_ref().map(super::RpcToken::expose));
        pairs.put("serverurl", self.server_url.as_ref().map(with_port));
        pairs.put("serverpath", self.server_path.as_ref());
        pairs.0.extend(self.other.iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        pairs.0
    }
}

/// Scheme, host and port, the port also where it is the scheme's own.
fn with_port(url: &url::Url) -> String {
    let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

#[derive(Default)]
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn put<T: Display>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.push((format!("{}{name}", super::PREFIX), value.to_string()));
        }
    }
}
