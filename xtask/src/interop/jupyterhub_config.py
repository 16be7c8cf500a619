"""A JupyterHub for the interoperability run: one of its two LTI authenticators, loopback only, nothing kept."""

import os
import secrets

c = get_config()  # noqa: F821 (JupyterHub puts it there)

port = os.environ["INTEROP_PORT"]
suite = os.environ["INTEROP_SUITE"]

c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:" + os.environ["INTEROP_HUB_PORT"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:" + os.environ["INTEROP_PROXY_PORT"]
c.ConfigurableHTTPProxy.pid_file = os.path.abspath("proxy.pid")
c.JupyterHub.db_url = "sqlite:///" + os.path.abspath("hub.sqlite")
c.JupyterHub.cookie_secret = secrets.token_bytes(32)
# The launch ends on /hub/home: no notebook server is ever started.
c.JupyterHub.spawner_class = "simple"

c.Authenticator.allow_all = True
c.Authenticator.enable_auth_state = True
c.CryptKeeper.keys = [secrets.token_bytes(32)]

if os.environ["INTEROP_LTI"] == "1.1":
    c.JupyterHub.authenticator_class = "ltiauthenticator.LTIAuthenticator"
    c.LTI11Authenticator.consumers = {
        os.environ["INTEROP_KEY"]: os.environ["INTEROP_SECRET"],
        os.environ["INTEROP_SECOND_KEY"]: os.environ["INTEROP_SECOND_SECRET"],
    }
    # As Moodle's External Tool names people; the default names those of Canvas.
    c.LTI11Authenticator.username_key = "ext_user_username"
    # What the Moodle plug-in asks the hub with.
    c.JupyterHub.services = [{"name": "admin-service", "api_token": os.environ["INTEROP_API_TOKEN"]}]
    c.JupyterHub.load_roles = [{"name": "admin-role", "scopes": ["admin:users"], "services": ["admin-service"]}]
else:
    c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
    c.LTI13Authenticator.issuer = suite
    c.LTI13Authenticator.authorize_url = f"{suite}/auth"
    c.LTI13Authenticator.jwks_endpoint = f"{suite}/jwks"
    c.LTI13Authenticator.client_id = {"tool-client"}
    # The default names users by e-mail address, which a platform need not send.
    c.LTI13Authenticator.username_key = "sub"
