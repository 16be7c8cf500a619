//! `init`: a commented configuration, and what to enter on the other side.

use super::{Exit, UsageError, list::known_suite, show};

/// Prints a configuration to start from.
pub(super) fn init(suite: &str) -> Result<Exit, UsageError> {
    known_suite(suite)?;
    let text = match suite {
        "platform" => PLATFORM,
        "tool11" => TOOL11,
        "platform11" => PLATFORM11,
        "client" => CLIENT,
        "issuer" => ISSUER,
        _ => TOOL,
    };
    show(text);
    Ok(Exit::Clean)
}

/// The configuration of the suite `platform`.
pub(super) const PLATFORM: &str = r#"# lti-conformance: judge an LTI 1.3 platform.
#
# 1. Register this tool at your platform:
#      login initiation URL       http://127.0.0.1:9300/login
#      redirect URI               http://127.0.0.1:9300/launch
#      second redirect URI        http://127.0.0.1:9300/launch/second   (if it takes two)
#      target link URI            http://127.0.0.1:9300/launch
#      key set (JWKS) URL         http://127.0.0.1:9300/jwks
#      services                   grades and members, if the platform has them: the suite writes columns of its own
#                                 into the gradebook and removes them at the end
# 2. Change the addresses under [platform] to your platform's.
# 3. Say below how a launch is brought about, then: lti-conformance platform --config THIS-FILE
#    Without any [[launch]] the suite waits for launches that you bring about by hand.

[suite]                                   # the tool that the suite plays
listen = "127.0.0.1:9300"
public_url = "http://127.0.0.1:9300"
key_file = "lti-conformance.key"          # made on first use

[platform]
name = "my platform"
issuer = "http://127.0.0.1:8080"                         # exactly as it stands in its tokens
authorization_url = "http://127.0.0.1:8080/auth"
jwks_url = "http://127.0.0.1:8080/jwks"
client_id = "the-client-id-it-gave"
deployment_ids = ["1"]
# token_url = "http://127.0.0.1:8080/token"              # where it gives access tokens for its services
# token_audience = "http://127.0.0.1:8080/token"         # what it wants in aud of a client assertion, if that is another
# other_client_id = "another-tool"                       # another tool that it knows, for mix-ups
# other_redirect_uri = "https://other.example/launch"
# capabilities = ["second-redirect-uri", "anonymous", "substitution"]
#   "ags", "nrps"            it offers grades, members: the suite may call them with its own key
#   "other-tool-services"    the other tool has the key set http://127.0.0.1:9300/jwks/other, so that the suite can try
#                            what one tool sees of another
#   "keep-line-items"        the columns of the certification rows stay in the gradebook, for the screenshots
# hosts = ["login.example:8081"]                         # further hosts of its pages
# add_tool = [                                           # dynamic registration, if it has that, up to where the tool's
#   { open = "http://127.0.0.1:8080/tools" },            # page opens; each case adds one more tool
#   { fill = { url = "http://127.0.0.1:9300/register" } },
#   { submit = "Add" },
# ]
# rotate_keys = [{ open = "http://127.0.0.1:8080/admin" }, { submit = "New key" }]

# Who signs in, and how: open, follow (a link by its text), fill (fields by name), submit (a button), expect (a text).
[[user]]
name = "learner"
sign_in = [
  { open = "http://127.0.0.1:8080/login" },
  { fill = { username = "learner", password = "change-me" } },
  { submit = "Log in" },
  { expect = "Dashboard" },
]

# The launches, the first one is the control. Learner and instructor, each with and without personal data, are what the
# certification guide asks for; a second learner, a second link and a second course let more be judged.
[[launch]]
name = "learner"
user = "learner"
role = "learner"                          # learner, instructor or other
personal_data = "full"                    # full, none or anonymous: what the platform is set to tell
course = "course 1"                       # the same word for the same course
link = "quiz"                             # the same word for the same link
steps = [{ open = "http://127.0.0.1:8080/course/1" }, { follow = "Quiz" }]
# custom = { user = "$User.id" }          # the custom parameters of the link as they were typed in
# resolved = { user = "17" }              # and what has to arrive

# Deep linking, if the platform has it: how content of the tool is added. Each case that returns an item leaves it in the
# course. A second one, by another user, lets mix-ups of sessions be tried.
# [[deep_linking]]
# name = "content"
# user = "teacher"
# course = "course 1"
# steps = [{ open = "http://127.0.0.1:8080/course/1" }, { follow = "Add content" }]   # the last one leads to the tool
# confirm = [{ submit = "Save" }]         # on the page behind the tool's response, if it asks once more
# shows = [{ open = "http://127.0.0.1:8080/course/1" }]                               # where added content is listed
# created = [{ open = "http://127.0.0.1:8080/course/1" }, { follow = "{title}" }]     # how an added link is launched
"#;

/// The configuration of the suite `issuer`.
pub(super) const ISSUER: &str = r#"# lti-conformance: judge an OAuth 2.0 authorization server or OpenID provider.
#
# 1. Change issuer.url to the issuer identifier, and say who signs in.
# 2. If the issuer registers clients by itself (registration_endpoint), nothing else is needed: the suite registers its own
#    (scope, redirect URIs and keys are sent along). Otherwise enter clients at the issuer, with these redirect URIs:
#      https://suite.test/callback
#      https://suite.test/callback/second
#      https://suite.test/callback/query?tenant=north%20wing
#      https://suite.test/goodbye               (post logout redirect URI)
#    and name them below. Nobody has to listen there: the suite's browser stops before it.
# 3. lti-conformance doctor issuer --config THIS-FILE, then: lti-conformance issuer --config THIS-FILE
#    The doctor prints the public key of private_key_jwt clients.

[issuer]
name = "my issuer"
url = "http://127.0.0.1:8080/realms/school"
scope = "openid profile"                  # without openid it is judged as a plain OAuth server
# hosts = ["login.example:8443"]          # further hosts of its pages
# capabilities = ["rfc9700"]              # it claims the best current practice, whose rules are failures then; also
#                                         # requires-pkce; partial-redirect-uris: it registers patterns
# code_lifetime = 60                      # how long codes are good by its own documents, in seconds
# registration_token = "change-me"        # the initial access token of its registration endpoint

# Who signs in; leave it out where the issuer asks for no login.
[user]
name = "ada"
password = "change-me"
# name_field = "user"                     # the field for the name, where the suite does not find it
# press = ["Yes, go on"]                  # buttons or links to press, where the usual words do not stand on them

# Somebody else, for what must not happen between two people.
# [second_user]
# name = "ben"
# password = "change-me"

# Two clients at least are worth the trouble: codes and tokens of one must not work for the other.
# [[client]]
# id = "suite-1"
# secret = "change-me"
# auth = "client_secret_basic"            # or client_secret_post, private_key_jwt, none
# redirect_uris = [
#   "https://suite.test/callback",
#   "https://suite.test/callback/second",
#   "https://suite.test/callback/query?tenant=north%20wing",
# ]
# post_logout_redirect_uris = ["https://suite.test/goodbye"]

# [[client]]
# id = "suite-2"
# secret = "change-me"

# [[client]]
# id = "suite-public"
# auth = "none"

# [suite]
# redirect_base = "https://suite.test"    # what the suite's redirect URIs begin with
# key_file = "lti-conformance.key"        # the key of private_key_jwt clients
"#;

/// The configuration of the suite `client`.
pub(super) const CLIENT: &str = r#"# lti-conformance: judge an OAuth 2.0 client: a web application with "sign in with ...".
#
# 1. Enter this issuer in your client:
#      issuer (discovery)         http://127.0.0.1:9300
#      client ID, secret          as below
#      if it discovers nothing    http://127.0.0.1:9300/authorize, /token, /jwks and /userinfo
# 2. Change the addresses under [client] to your client's.
# 3. lti-conformance client --config THIS-FILE

[issuer]                                  # the issuer that the suite plays
listen = "127.0.0.1:9300"
public_url = "http://127.0.0.1:9300"      # the issuer identifier, without a slash behind it
key_file = "lti-conformance.key"          # made on first use

[client]
name = "my client"
login_url = "http://127.0.0.1:8000/login"                # opening this starts the login
# login = [{ follow = "Sign in with suite" }]            # what a person does there, if it is a page
redirect_uris = ["http://127.0.0.1:8000/callback"]       # every one that it uses
client_id = "suite-client"
client_secret = "change-me"               # leave it out for a public client
# auth_method = "client_secret_basic"     # or client_secret_post, private_key_jwt, none, if that was registered

# What signing in and being refused look like is learned from sound logins and from what is no login at all. Where the
# pages do not tell, say it: any of text, url, status, cookie.
# accepted = { text = "Welcome" }
# refused = { text = "could not sign you in" }
probe_url = "http://127.0.0.1:8000/me"    # a page that opens only for somebody signed in, and best says who that is
# hosts = ["app.example:8001"]            # further hosts of its pages
# declares = ["rfc9207"]                  # it verifies iss of authorization responses
# trusted_audiences = []                  # audiences that it trusts beside its client id; [] if there are none
# initiate_url = "http://127.0.0.1:8000/initiate"        # where third parties start a login, if it has that
# rediscover = [{ open = "http://127.0.0.1:8000/admin/reload" }]   # how it is brought to read the discovery document again
# renew = [{ open = "http://127.0.0.1:8000/profile" }]   # what makes it use its access token, and refresh an expired one

# A second issuer, if your client takes one, so that mix-ups can be tried: http://127.0.0.1:9300/second
# [second]
# login_url = "http://127.0.0.1:8000/login?issuer=second"
# client_id = "suite-client-2"
# client_secret = "change-me-too"
"#;

/// The configuration of the suite `platform11`.
pub(super) const PLATFORM11: &str = r#"# lti-conformance: judge an LTI 1.0 or 1.1 platform.
#
# 1. Enter this tool in your platform (in Moodle: External tool, LTI version LTI 1.0/1.1):
#      launch URL (tool URL)      http://127.0.0.1:9300/launch?x=With%20Space
#      consumer key               suite-key
#      shared secret              change-me
#      custom parameters          simple_key=custom_simple_value
#                                 Complex!@#$^*(){}[]KEY=Complex!@#$^*(){}[]Value
#      grades                     accepted, if the platform has that: the suite writes scores for the users below
# 2. Say below how a launch is brought about, then: lti-conformance platform11 --config THIS-FILE
#    Without any [[launch]] the suite waits for launches that you bring about by hand.
# One recorded launch: lti-conformance platform11 --capture FILE --set tool.secret=SECRET

[suite]                                   # the tool that the suite plays
listen = "127.0.0.1:9300"
public_url = "http://127.0.0.1:9300"

[platform]
name = "my platform"
# capabilities = ["outcomes", "content-item"]            # it takes grades; it lets tools return content items
# hosts = ["login.example:8081"]                         # further hosts of its pages

[tool]
consumer_key = "suite-key"
secret = "change-me"
launch_path = "/launch?x=With%20Space"    # the query lets the signature of one be judged

# Who signs in, and how: open, follow (a link by its text), fill (fields by name), submit (a button), expect (a text).
[[user]]
name = "learner"
sign_in = [
  { open = "http://127.0.0.1:8080/login" },
  { fill = { username = "learner", password = "change-me" } },
  { submit = "Log in" },
]

# The launches, the first one is the control. Learner and instructor, a second learner, a second link and a second course
# let more be judged; so does a link for each setting of personal_data.
[[launch]]
name = "learner"
user = "learner"
role = "Learner"                          # Learner, Instructor or Other
personal_data = "full"                    # full, name, email or none: what the platform is set to tell
course = "course 1"                       # the same word for the same course; none for a link outside of courses
link = "quiz"                             # the same word for the same link
graded = false                            # whether the link takes grades for this user
steps = [{ open = "http://127.0.0.1:8080/course/1" }, { follow = "Quiz" }]
# [launch.custom]                         # the custom parameters of the link as they were typed in
# simple_key = "custom_simple_value"
# "Complex!@#$^*(){}[]KEY" = "Complex!@#$^*(){}[]Value"

# Content items, if the platform has them. Each case that returns an item leaves it in the course.
# [[selection]]
# name = "content"
# user = "learner"
# steps = [{ open = "http://127.0.0.1:8080/course/1" }, { follow = "Add content" }]   # the last one leads to the tool
# confirm = [{ submit = "Save" }]         # on the page behind the tool's answer, if it asks once more
# shows = [{ open = "http://127.0.0.1:8080/course/1" }]                               # where added content is listed
"#;

/// The configuration of the suite `tool11`.
pub(super) const TOOL11: &str = r#"# lti-conformance: judge an LTI 1.0 or 1.1 tool.
#
# 1. Enter the consumers below in your tool, or change them to what it knows.
# 2. Change the addresses under [tool] to your tool's.
# 3. lti-conformance tool11 --config THIS-FILE

[suite]                                   # the platform that the suite plays
listen = "127.0.0.1:9300"
public_url = "http://127.0.0.1:9300"      # return URL and outcomes service lie below it

[tool]
name = "my tool"
launch_url = "http://127.0.0.1:8000/lti/launch"          # exactly as your tool sees it: scheme, host, port, path

# What acceptance and refusal look like is learned from sound launches and from launches that no tool may accept.
# Where the pages do not tell, say it: any of text, url, status, cookie.
# accepted = { text = "Welcome" }
# refused = { text = "invalid launch" }
# probe_url = "http://127.0.0.1:8000/me"  # a page that opens only for somebody signed in
# hosts = ["app.example:8001"]            # further hosts of its pages
# parameters = { ext_user_username = "{user}" }          # sent with every launch; {user} is the id of whoever launches
# custom = { next = "/home" }             # the same for custom_ parameters
# What your tool does beyond launches: content_item (content-item requests), lti2 (launches of LTI 2.0),
# single_instance (one instance for a whole course), one_user_pool (all consumers share their users).
# capabilities = ["single_instance"]

# What the page of somebody with this role shows, so that roles can be judged:
# [tool.roles]
# instructor = { text = "Grade book" }
# learner = { text = "My tasks" }

# What a learner does after a launch so that the tool sends a score, reads it, or takes it away:
# [tool.outcomes]
# replace = [{ submit = "Hand in" }]

[[consumer]]
key = "consumer-1"
secret = "change-me"

# A second consumer, if your tool takes one, so that two platforms can be told apart. A key and a secret with blanks,
# ampersands and percent signs show whether they are encoded before they sign.
# [[consumer]]
# key = "consumer 2 & co"
# secret = "100% secret & more"
"#;

/// The configuration of the suite `tool`.
pub(super) const TOOL: &str = r#"# lti-conformance: judge an LTI 1.3 tool.
#
# 1. Enter this platform in your tool:
#      issuer (platform ID)       http://127.0.0.1:9300
#      client ID                  tool-client
#      deployment IDs             dep-1 and dep-2
#      authorization (OIDC) URL   http://127.0.0.1:9300/auth
#      key set (JWKS) URL         http://127.0.0.1:9300/jwks
#      token URL, if asked for    http://127.0.0.1:9300/token
# 2. Change the addresses under [tool] to your tool's.
# 3. lti-conformance tool --config THIS-FILE

[suite]                                   # the platform that the suite plays
listen = "127.0.0.1:9300"
public_url = "http://127.0.0.1:9300"      # the issuer
key_file = "lti-conformance.key"          # made on first use, so that your tool stays registered

[tool]
name = "my tool"
login_url = "http://127.0.0.1:8000/lti/login"            # login initiation URL
redirect_uris = ["http://127.0.0.1:8000/lti/launch"]     # where it takes the ID token
target_link_uri = "http://127.0.0.1:8000/lti/launch"     # what a link opens
# jwks_url = "http://127.0.0.1:8000/lti/jwks"            # where it signs anything
# registration_url = "http://127.0.0.1:8000/lti/register" # dynamic registration, if it has that: the suite registers it
#                                                        # several times, under http://127.0.0.1:9300/registration

# What acceptance and refusal look like is learned from sound launches and from what is no launch at all.
# Where the pages do not tell, say it: any of text, url, status, cookie.
# accepted = { text = "Welcome" }
# refused = { text = "invalid launch" }
# probe_url = "http://127.0.0.1:8000/me"  # a page that opens only for somebody signed in
# capabilities = ["closed-deployments"]   # where every deployment has to be entered in the tool before it may launch;
#                                         # "deep-linking": it answers deep linking requests (give jwks_url as well)

# What somebody does in the tool who chooses content: open, follow (a link by its text), fill (fields by name), submit (a
# button), expect (a text). The steps begin on the page that the tool shows after the request, and the last one sends the
# choice to the platform. None where the tool answers at once.
# [tool.deep_linking]
# choose = [{ submit = "Add to course" }]
# cancel = [{ submit = "Cancel" }]        # how somebody leaves without choosing, where the tool offers that
# target_link_uri = "http://127.0.0.1:8000/lti/choose"   # where requests are sent, if that is not tool.target_link_uri

# Where your tool calls the services of its platform (grades, roster), say how it is brought to do so: what a person does
# right after a launch, in its pages. One step, or a list of steps: open (an address), follow (a link by its text), fill
# (fields by name), submit (a button), expect (a text); or on_launch where it does so by itself.
# The suite's token URL is http://127.0.0.1:9300/token, and below the second platform http://127.0.0.1:9300/second/token.
# [tool.services]
# grades = { submit = "Hand in" }         # sends a score for the learner who launched: to the line item of the link where
#                                         # the launch names one, otherwise to one of its own; done twice, two scores
# grades_by = "learner"                   # or "instructor", who does it after the learner has launched
# create_line_item = { submit = "Add column" }           # makes a line item
# results = { follow = "Grades" }         # reads the results of the link's line item
# roster = [{ follow = "People" }, { submit = "Refresh" }] # reads the roster, and shows names if it shows them anywhere
# settle_ms = 1000                        # how long calls may come after the page

# Where your tool links the accounts of an older LTI 1.1 integration by the lti1p1 claim:
# [tool.migration]
# consumer_key = "consumer-1"
# secret = "the secret of that consumer"
# user_id = "1234"                        # an account of it, where the tool links to existing ones only

[[registration]]
client_id = "tool-client"
deployment_ids = ["dep-1", "dep-2"]       # two, if your tool takes two: they must be kept apart

# A second platform, if your tool takes one, so that mix-ups can be tried:
#      issuer                     http://127.0.0.1:9300/second
#      authorization URL          http://127.0.0.1:9300/second/auth
#      key set URL                http://127.0.0.1:9300/second/jwks
# [[registration]]
# issuer = "http://127.0.0.1:9300/second"
# client_id = "tool-client-2"
# deployment_ids = ["dep-1"]

# A second client ID at the first platform, if your tool takes one, so that two schools of one platform can be told
# apart. Everything but the client ID and the deployment is the first registration's:
#      client ID                  tool-client-3
#      deployment ID              dep-3
# [[registration]]
# client_id = "tool-client-3"
# deployment_ids = ["dep-3"]
# redirect_uris = ["http://127.0.0.1:8000/lti/launch/3"] # where the tool has one of its own for it
"#;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::{
        config::{CLOSED_DEPLOYMENTS, Config},
        subject::{client::ClientConfig, tool11::Tool11Config},
    };

    #[test]
    fn the_printed_configuration_for_clients_is_one_with_its_optional_parts() {
        assert!(ClientConfig::parse(super::CLIENT, "init", &[]).unwrap().second.is_none());
        let mut whole = super::CLIENT.to_owned();
        for part in [
            "login =",
            "auth_method",
            "accepted",
            "refused",
            "hosts",
            "declares",
            "trusted_audiences",
            "initiate_url",
            "rediscover",
            "renew",
            "[second]",
            "login_url",
            "client_id",
            "client_secret",
        ] {
            whole = whole.replace(&format!("# {part}"), part);
        }
        let whole = ClientConfig::parse(&whole, "init", &[]).unwrap();
        assert_eq!((whole.client.login.len(), whole.client.renew.len(), whole.second.is_some()), (1, 1, true));
    }

    #[test]
    fn the_printed_configuration_for_lti_1_1_is_one_with_its_optional_parts() {
        assert_eq!(Tool11Config::parse(super::TOOL11, "init", &[]).unwrap().consumers.len(), 1);
        let mut whole = super::TOOL11.to_owned();
        for part in [
            "probe_url",
            "hosts",
            "parameters",
            "custom",
            "[tool.roles]",
            "instructor",
            "learner",
            "[tool.outcomes]",
            "replace",
            "[[consumer]]",
        ] {
            whole = whole.replace(&format!("# {part}"), part);
        }
        let whole = whole.replace("# key", "key").replace("# secret", "secret");
        let whole = Tool11Config::parse(&whole, "init", &[]).unwrap();
        assert_eq!((whole.consumers.len(), whole.tool.roles.len(), whole.tool.parameters.len()), (2, 2, 1));
    }

    #[test]
    fn the_printed_configuration_is_one() {
        let config = Config::parse(super::TOOL, "init", &[]).unwrap();
        assert_eq!(config.registrations[0].deployment_ids, ["dep-1", "dep-2"]);
        // With the comment marks of the optional parts taken away it is one still.
        let whole = super::TOOL.replace("# [[registration]]", "[[registration]]").replace("# issuer = ", "issuer = ");
        let whole = whole.replace("# client_id", "client_id").replace("# deployment_ids", "deployment_ids");
        let whole = whole.replace("# redirect_uris", "redirect_uris").replace("# capabilities", "capabilities");
        let whole = whole.replace("# [tool.deep_linking]", "[tool.deep_linking]").replace("# choose", "choose");
        let whole = whole.replace("# cancel", "cancel").replace("# target_link_uri", "target_link_uri");
        let whole = Config::parse(&whole, "init", &[]).unwrap();
        let choosing = whole.tool.deep_linking.as_ref().unwrap();
        assert_eq!((choosing.choose.len(), choosing.cancel.len()), (1, 1));
        assert_eq!((whole.issuers().len(), whole.registrations.len()), (2, 3));
        assert!(whole.registered_for(2, "http://127.0.0.1:8000/lti/launch/3"));
        assert!(whole.tool.declares(CLOSED_DEPLOYMENTS));
    }

    #[test]
    fn the_printed_configuration_of_an_issuer_is_one_with_its_optional_parts() {
        use crate::subject::issuer::IssuerConfig;

        assert!(IssuerConfig::parse(super::ISSUER, "init", &[]).unwrap().user.is_some());
        let (comments, rest) = super::ISSUER.split_once("[issuer]").unwrap();
        let mut whole = format!("{comments}[issuer]");
        // Lines that go on with a remark stay comments.
        for line in rest.lines().filter(|line| !line.starts_with("#     ")) {
            let part = line.strip_prefix("# ").unwrap_or(line);
            let is_part = part.contains(" = ") || part.starts_with(['[', ']', ' ']) || part.is_empty();
            whole.push_str(if is_part { part } else { "" });
            whole.push('\n');
        }
        let whole = IssuerConfig::parse(&whole, "init", &[]).unwrap();
        assert_eq!((whole.clients.len(), whole.issuer.code_lifetime), (3, Some(60)));
    }

    #[test]
    fn the_printed_configuration_of_an_older_platform_is_one() {
        use crate::subject::platform11::Platform11Config;

        let config = Platform11Config::parse(super::PLATFORM11, "init", &[]).unwrap();
        assert_eq!(config.launch_url().as_str(), "http://127.0.0.1:9300/launch?x=With%20Space");
        let whole = super::PLATFORM11.replace("# capabilities", "capabilities").replace("# [launch", "[launch");
        let whole = whole.replace("# simple_key = ", "simple_key = ").replace("# \"Complex", "\"Complex");
        let whole =
            whole.replace("# [[selection]]", "[[selection]]").replace("# name", "name").replace("# user", "user");
        let whole = whole.replace("# steps", "steps").replace("# confirm", "confirm").replace("# shows", "shows");
        let whole = Platform11Config::parse(&whole, "init", &[]).unwrap();
        assert_eq!((whole.selections.len(), whole.launches[0].custom.len()), (1, 2));
        assert!(whole.platform.can("outcomes"));
    }
}
