// An issuer of other people's making, to sign in at and to judge: oidc-provider with its own login and consent pages.
// It listens on a free loopback port and writes its issuer identifier as one line once it answers.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const secret = process.env.INTEROP_CLIENT_SECRET;
const redirect_uris = ['https://client.example/callback'];
const client = (client_id, token_endpoint_auth_method) => ({
  client_id,
  ...(token_endpoint_auth_method === 'none' ? {} : { client_secret: secret }),
  token_endpoint_auth_method,
  redirect_uris,
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'].slice(0, token_endpoint_auth_method === 'none' ? 2 : 3),
});

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client('basic', 'client_secret_basic'), client('post', 'client_secret_post'), client('public', 'none')],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name', 'locale'],
      address: ['address'],
    },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@school.example`,
        email_verified: true,
        given_name: 'Ada',
        family_name: 'King',
        locale: 'en',
        address: { street_address: '12 Square', locality: 'London' },
      }),
    }),
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 86400, IdToken: 1800, Interaction: 3600, RefreshToken: 86400, Session: 86400 },
  });
  server.on('request', provider.callback());
  console.log(`issuer ${issuer}`);
});
